using System.Text;

namespace KlingO3.Webhooks.Http;

/// <summary>
/// Reads the head of a request (RFC 9112), strictly: what two servers could understand in two ways is refused, so that nothing can be smuggled past a
/// proxy. Bare line feeds, folded headers, white space before a colon, repeated lengths, and a length beside chunks are such.
/// </summary>
internal static class RequestHeadParser
{
    private const int MaxHeaders = 100;
    private static readonly byte[] LineBreak = "\r\n"u8.ToArray();

    /// <summary>Reads a head.</summary>
    /// <param name="head">Everything up to the body, the empty line included.</param>
    /// <param name="refusal">Why it is refused; null where it is not.</param>
    public static RequestHead? Parse(ReadOnlySpan<byte> head, out WebhookRefusal? refusal)
    {
        refusal = WebhookRefusal.Malformed;
        if (!TryTakeLine(ref head, out var first) || RequestLine.Parse(first, out refusal) is not { } line)
        {
            return null;
        }

        var headers = ReadHeaders(head, out refusal);
        return headers is null ? null : Interpret(line, headers, out refusal);
    }

    private static Dictionary<string, string>? ReadHeaders(ReadOnlySpan<byte> lines, out WebhookRefusal? refusal)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var count = 0;
        while (TryTakeLine(ref lines, out var line))
        {
            if (line.IsEmpty)
            {
                refusal = lines.IsEmpty ? null : WebhookRefusal.Malformed;
                return refusal is null ? headers : null;
            }

            if (++count > MaxHeaders)
            {
                refusal = WebhookRefusal.HeadTooLarge;
                return null;
            }

            if (!TryAdd(headers, line))
            {
                break;
            }
        }

        refusal = WebhookRefusal.Malformed;
        return null;
    }

    private static bool TryAdd(Dictionary<string, string> headers, ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0 || !HttpSyntax.IsToken(line[..colon]) || !HttpSyntax.IsFieldValue(line[(colon + 1)..]))
        {
            return false;
        }

        var name = Encoding.ASCII.GetString(line[..colon]);
        var value = Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8));
        headers[name] = headers.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        return true;
    }

    private static RequestHead? Interpret(RequestLine line, Dictionary<string, string> headers, out WebhookRefusal? refusal)
    {
        var host = headers.GetValueOrDefault("Host");
        var length = ReadLength(headers, out refusal);
        var isChunked = false;
        refusal ??= ReadHost(host, line) ?? ReadTransferEncoding(headers, line, out isChunked);
        var expectation = line.MinorVersion == 0 ? null : headers.GetValueOrDefault("Expect");
        if (refusal is null && expectation is not null && !expectation.Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            refusal = WebhookRefusal.WrongExpectation;
        }

        return refusal is not null ? null : new RequestHead
        {
            Method = line.Method,
            Path = line.Path,
            Host = line.Authority ?? host,
            ContentLength = length,
            IsChunked = isChunked,
            ExpectsContinue = expectation is not null,
            Headers = headers,
        };
    }

    // Two Host headers were joined with a comma, which no host has.
    private static WebhookRefusal? ReadHost(string? host, RequestLine line) =>
        host is null ? (line.MinorVersion == 0 ? null : WebhookRefusal.Malformed)
        : host.AsSpan().IndexOfAny(", \t/@") >= 0 ? WebhookRefusal.Malformed
        : null;

    private static WebhookRefusal? ReadTransferEncoding(Dictionary<string, string> headers, RequestLine line, out bool isChunked)
    {
        isChunked = false;
        if (!headers.TryGetValue("Transfer-Encoding", out var coding))
        {
            return null;
        }

        if (line.MinorVersion == 0 || headers.ContainsKey("Content-Length"))
        {
            return WebhookRefusal.Malformed;
        }

        isChunked = coding.Equals("chunked", StringComparison.OrdinalIgnoreCase);
        return isChunked ? null : WebhookRefusal.WrongEncoding;
    }

    private static long? ReadLength(Dictionary<string, string> headers, out WebhookRefusal? refusal)
    {
        const int MaxDigits = 18;
        refusal = null;
        if (!headers.TryGetValue("Content-Length", out var text))
        {
            return null;
        }

        if (text.Length == 0 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            refusal = WebhookRefusal.Malformed;
            return null;
        }

        // More digits than a long has are too many bytes in any case.
        return text.Length > MaxDigits ? long.MaxValue : long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Takes the next line. One that holds a carriage return or a line feed of its own is no line.</summary>
    private static bool TryTakeLine(ref ReadOnlySpan<byte> lines, out ReadOnlySpan<byte> line)
    {
        var end = lines.IndexOf(LineBreak);
        line = end < 0 ? default : lines[..end];
        if (end < 0 || line.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
        {
            return false;
        }

        lines = lines[(end + LineBreak.Length)..];
        return true;
    }
}
