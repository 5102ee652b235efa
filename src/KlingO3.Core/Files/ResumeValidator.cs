using System.Globalization;
using System.Text.RegularExpressions;

namespace KlingO3.Files;

/// <summary>
/// The ETag or the Last-Modified that a download is resumed with (If-Range, RFC 9110). It is text of the server that lands in a file: only
/// ETags of harmless characters are used. A download with any other one is begun anew after a break.
/// </summary>
internal static partial class ResumeValidator
{
    /// <summary>The validator of an answer; null where it promises no equal bytes, as a weak ETag, or cannot be written down.</summary>
    public static string? Of(HttpResponseMessage response) => response.Headers.ETag switch
    {
        { IsWeak: false } strong => Checked(strong.Tag),
        null when response.Content.Headers.LastModified is { } modified => modified.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A validator that was written down; null where it is none of those that <see cref="Of"/> gives.</summary>
    public static string? Checked(string validator) =>
        PlainETag().IsMatch(validator) || DateTimeOffset.TryParseExact(validator, "R", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? validator : null;

    /// <summary>Whether an answer is of other content. A server that does not know If-Range sends the rest of whatever it has now.</summary>
    public static bool IsOther(HttpResponseMessage response, string? validator) =>
        response.Headers.ETag is not null && validator is ['"', ..] && response.Headers.ETag.Tag != validator;

    [GeneratedRegex("""\A"[A-Za-z0-9._~:/+=,;-]{1,200}"\z""", RegexOptions.CultureInvariant)]
    private static partial Regex PlainETag();
}
