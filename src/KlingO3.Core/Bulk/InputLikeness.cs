using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;

namespace KlingO3.Bulk;

/// <summary>
/// Whether a job may be that of a row although its input is not the same: services shorten prompts, fold case and white space, escape
/// texts, move files and add inputs of their own. Only an input that both have and that surely differs makes another job.
/// </summary>
internal static class InputLikeness
{
    private const string Duration = "duration";

    /// <summary>Whether a job may be that of a row.</summary>
    /// <param name="sent">The input of the row as it was given.</param>
    /// <param name="told">The input of the job as the service tells it.</param>
    public static bool IsAlike(IDictionary sent, IDictionary told)
    {
        var theirs = Leaves("", told).ToDictionary(leaf => leaf.Path, leaf => leaf.Text, StringComparer.OrdinalIgnoreCase);
        return Leaves("", sent).All(mine => !theirs.TryGetValue(mine.Path, out var other) || MayBeSame(mine.Path, mine.Text, other));
    }

    private static bool MayBeSame(string path, string mine, string theirs)
    {
        if (Url(mine) is { } ours && Url(theirs) is { } their)
        {
            return MayBeSameFile(ours, their);
        }

        if (Number(mine) is { } wanted && Number(theirs) is { } got)
        {
            // Kling caps the duration at 10 s where there is a reference video.
            return wanted == got || (path == Duration && got < wanted);
        }

        var (a, b) = (Plain(mine), Plain(theirs));
        return a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal);
    }

    /// <summary>A file that lies on another host may be the same one, whatever its name there. On the same host its path tells.</summary>
    private static bool MayBeSameFile(Uri ours, Uri theirs) =>
        !string.Equals(ours.IdnHost, theirs.IdnHost, StringComparison.OrdinalIgnoreCase)
        || Plain(ours.AbsolutePath) == Plain(theirs.AbsolutePath)
        || Plain(Path.GetFileName(ours.AbsolutePath)) == Plain(Path.GetFileName(theirs.AbsolutePath));

    private static IEnumerable<(string Path, string Text)> Leaves(string path, object? value) => value switch
    {
        null => [],
        string text => [(path, text)],
        KlingElement element => Leaves(path, element.ToInput()),
        IDictionary members => members.Keys.Cast<string>().SelectMany(name => Leaves(path.Length == 0 ? name : $"{path}.{name}", members[name])),
        IEnumerable items => items.Cast<object?>().SelectMany((item, index) => Leaves($"{path}[{index.ToString(CultureInfo.InvariantCulture)}]", item)),
        _ => [(path, Convert.ToString(value, CultureInfo.InvariantCulture)!)],
    };

    /// <summary>Without case, white space, Unicode form, HTML and URL escapes, and the dots of a text that was cut.</summary>
    private static string Plain(string text)
    {
        var unescaped = WebUtility.HtmlDecode(Uri.UnescapeDataString(text)).TrimEnd('.', '…', ' ');
        var plain = new StringBuilder(unescaped.Length);
        foreach (var letter in Normalized(unescaped).Where(letter => !char.IsWhiteSpace(letter) && !char.IsControl(letter) && char.GetUnicodeCategory(letter) != UnicodeCategory.Format))
        {
            plain.Append(char.ToUpperInvariant(letter));
        }

        return plain.ToString();
    }

    private static string Normalized(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair has no other form.
            return text;
        }
    }

    private static Uri? Url(string text) => Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && url.Host.Length > 0 ? url : null;

    private static decimal? Number(string text) =>
        decimal.TryParse(text.Trim().TrimEnd('s', 'S'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
