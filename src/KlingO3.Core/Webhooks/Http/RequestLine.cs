using System.Text;

namespace KlingO3.Webhooks.Http;

/// <summary>The first line of a request.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path without the query.</param>
/// <param name="Authority">The host of a target in absolute form; null in the usual one.</param>
/// <param name="MinorVersion">0 or 1, of HTTP/1.</param>
internal sealed record RequestLine(string Method, string Path, string? Authority, int MinorVersion)
{
    /// <summary>Reads the line, without its line break.</summary>
    public static RequestLine? Parse(ReadOnlySpan<byte> line, out WebhookRefusal? refusal)
    {
        refusal = WebhookRefusal.Malformed;
        var afterMethod = line.IndexOf((byte)' ');
        var beforeVersion = line.LastIndexOf((byte)' ');
        if (afterMethod < 0 || beforeVersion <= afterMethod)
        {
            return null;
        }

        var method = line[..afterMethod];
        var target = line[(afterMethod + 1)..beforeVersion];
        if (!HttpSyntax.IsToken(method) || !HttpSyntax.IsVisible(target) || MinorVersionOf(line[(beforeVersion + 1)..], ref refusal) is not { } minor)
        {
            return null;
        }

        if (!TrySplit(Encoding.ASCII.GetString(target), out var path, out var authority))
        {
            return null;
        }

        refusal = null;
        return new RequestLine(Encoding.ASCII.GetString(method), path, authority, minor);
    }

    private static int? MinorVersionOf(ReadOnlySpan<byte> version, ref WebhookRefusal? refusal)
    {
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || !char.IsAsciiDigit((char)version[5]) || version[6] != '.' || !char.IsAsciiDigit((char)version[7]))
        {
            return null;
        }

        if (version[5] == '1' && version[7] is (byte)'0' or (byte)'1')
        {
            return version[7] - '0';
        }

        refusal = WebhookRefusal.WrongVersion;
        return null;
    }

    /// <summary>The path and the host of a target: <c>/path?query</c>, <c>http://host/path?query</c> or <c>*</c>.</summary>
    private static bool TrySplit(string target, out string path, out string? authority)
    {
        (path, authority) = (target, null);
        if (target.Contains('#', StringComparison.Ordinal))
        {
            return false;
        }

        if (target == "*")
        {
            return true;
        }

        if (target[0] != '/')
        {
            var scheme = target.IndexOf("://", StringComparison.Ordinal);
            if (scheme < 0 || target[..scheme].ToUpperInvariant() is not ("HTTP" or "HTTPS"))
            {
                return false;
            }

            var rest = target[(scheme + 3)..];
            var end = rest.AsSpan().IndexOfAny('/', '?');
            (authority, path) = end < 0 ? (rest, "/") : (rest[..end], rest[end..]);
        }

        var query = path.IndexOf('?', StringComparison.Ordinal);
        path = query < 0 ? path : path[..query];
        path = path.Length == 0 ? "/" : path;
        return true;
    }
}
