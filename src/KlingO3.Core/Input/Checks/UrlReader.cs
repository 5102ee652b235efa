using System.Buffers;

namespace KlingO3.Input.Checks;

/// <summary>URLs that the service is to fetch, or to post to.</summary>
internal static class UrlReader
{
    /// <summary>Longer than what servers take (RFC 9110 asks for 8,000 at least). In characters.</summary>
    private const int Longest = 8192;

    private const string Wanted = "an absolute https URL";
    private static readonly SearchValues<char> Odd = SearchValues.Create(" \t\r\n\"<>\\`");

    public static object? Read(RowContext row, KlingModelInput input, string field, object plain)
    {
        if (plain is not string text)
        {
            return InputReader.WrongType(row, input, field, plain, InputRules.Type, Wanted);
        }

        var url = OuterSpace.Trim(text);
        if (!IsText(row, input, field, url))
        {
            return null;
        }

        if (IsMedia(input) && LocalFile.Refuse(row, field, url))
        {
            return null;
        }

        if (IsMedia(input) && LocalFile.Find(row, url) is { } path)
        {
            return LocalFile.Read(row, field, url, path);
        }

        return IsWritten(row, input, field, url) && Parse(row, input, field, url) is { } parsed && IsFetchable(row, input, field, url, parsed)
            ? url
            : null;
    }

    private static bool IsText(RowContext row, KlingModelInput input, string field, string url)
    {
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            row.Findings.Error(field, InputRules.DataUri, $"{Shown.Value(url)} is a data URI: the service reads https URLs only.", Reachable(input));
            return false;
        }

        return TextRules.Check(row, field, url, Longest);
    }

    /// <summary>What can be told of the text alone.</summary>
    private static bool IsWritten(RowContext row, KlingModelInput input, string field, string url)
    {
        if (IsMedia(input) && LocalFile.IsPath(url))
        {
            LocalFile.Report(row, field, url);
            return false;
        }

        if (url.AsSpan().IndexOfAny(Odd) >= 0
            || url.Any(character => Characters.IsInvisible(character) || Characters.TurnsDirection(character) || char.IsWhiteSpace(character)))
        {
            row.Findings.Error(
                field, InputRules.Url, $"{Shown.Value(url)} has a character that no URL has: a blank, a quote, a backslash or an invisible one.",
                Unquoted(input, url));
            return false;
        }

        return true;
    }

    private static Uri? Parse(RowContext row, KlingModelInput input, string field, string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var host = scheme < 0 ? "" : url[(scheme + 3)..];
        if (scheme > 0 && host.Length > 0 && host[0] is not ('/' or '?' or '#') && Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            && parsed.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            && PublicHost.Of(parsed) != HostPlace.Nowhere)
        {
            if (!url.Contains(",http", StringComparison.OrdinalIgnoreCase) && !url.Contains(";http", StringComparison.OrdinalIgnoreCase))
            {
                return parsed;
            }

            row.Findings.Error(field, InputRules.Url, $"{Shown.Value(url)} looks like several URLs.",
                "A list has semicolons between its URLs; a single input takes one.");
            return null;
        }

        row.Findings.Error(field, InputRules.Url, $"{Shown.Value(url)} is not {Wanted}.", Nearest(input, url));
        return null;
    }

    /// <summary>Whether the service can fetch it, and will.</summary>
    private static bool IsFetchable(RowContext row, KlingModelInput input, string field, string url, Uri parsed)
    {
        var place = PublicHost.Of(parsed);
        var isOurs = place == HostPlace.Loopback && row.AllowLoopback;
        var isFine = true;
        void Refuse(string rule, string message, string? suggestion)
        {
            row.Findings.Error(field, rule, $"{Shown.Value(url)} {message}", suggestion);
            isFine = false;
        }

        if (parsed.Scheme != Uri.UriSchemeHttps && !(isOurs && parsed.Scheme == Uri.UriSchemeHttp))
        {
            Refuse(InputRules.Https, "is not https.", place != HostPlace.Public ? InputReader.Example(input) : Nearest(input, url));
        }

        if (parsed.UserInfo.Length > 0)
        {
            Refuse(InputRules.Credentials, "holds a user or a password, which would be sent to the service and stored.", "Use a signed URL instead.");
        }

        if (place == HostPlace.Loopback && !isOurs)
        {
            Refuse(InputRules.Loopback, "is on this computer: the service cannot reach it.", Reachable(input));
        }
        else if (place == HostPlace.Private)
        {
            Refuse(InputRules.PrivateAddress, "is on a private network: the service cannot reach it.", Reachable(input));
        }

        if (input.Format == KlingInputFormat.Video && !UrlPath.EndsAsVideo(UrlPath.Of(url)))
        {
            Refuse(InputRules.VideoExtension, "does not end in .mp4 or .mov, before its query.", InputReader.Example(input));
        }
        else if (input.Format == KlingInputFormat.Image && UrlPath.EndsAsAnyVideo(UrlPath.Of(url)))
        {
            Refuse(InputRules.ImageExtension, "is a video; an image is wanted.", InputReader.Example(input));
        }

        return isFine;
    }

    private static bool IsMedia(KlingModelInput input) => input.Format is KlingInputFormat.Video or KlingInputFormat.Image;

    private static string? Reachable(KlingModelInput input) =>
        IsMedia(input) ? "Put it where a public https URL leads to it, and give that URL." : InputReader.Example(input);

    private static string? Unquoted(KlingModelInput input, string url)
    {
        var visible = url.Where(character =>
            !Characters.IsInvisible(character) && !Characters.TurnsDirection(character) && !char.IsControl(character));
        var plain = string.Concat(visible).Trim('"', '<', '>', '`', ' ').Replace('\\', '/').Replace(" ", "%20", StringComparison.Ordinal);
        return Uri.TryCreate(plain, UriKind.Absolute, out var parsed) && parsed.Scheme == Uri.UriSchemeHttps && plain.Length < 200
            ? $"Did you mean '{Shown.Text(plain)}'?"
            : InputReader.Example(input);
    }

    /// <summary><c>htps://…</c>, <c>https:/…</c> and <c>cdn.example.com/a.png</c> are nearly URLs.</summary>
    private static string? Nearest(KlingModelInput input, string url)
    {
        var end = url.AsSpan(0, Math.Min(url.Length, 12)).IndexOfAny('/', ':');
        var scheme = end < 0 ? "" : url[..end];
        var rest = end < 0 ? url : url[end..].TrimStart(':', '/');
        var isScheme = scheme.Length > 2 && NameDistance.Between(scheme.ToLowerInvariant(), "https") <= 2;
        var meant = "https://" + (isScheme || scheme.Length == 0 ? rest : url);
        return url.Length < 200 && Uri.TryCreate(meant, UriKind.Absolute, out var parsed)
            && parsed.Host.Contains('.') && !UrlPath.EndsAsMedia(parsed.Host) && PublicHost.Of(parsed) == HostPlace.Public
            ? $"Did you mean '{Shown.Text(meant)}'?"
            : InputReader.Example(input);
    }
}
