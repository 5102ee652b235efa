using System.Globalization;
using System.Text;

namespace KlingO3.Webhooks.Http;

/// <summary>Writes answers. They have no body, and each ends its connection.</summary>
internal static class HttpAnswer
{
    /// <summary>Asks a sender for the body.</summary>
    public static ReadOnlyMemory<byte> Continue { get; } = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    /// <summary>The whole answer.</summary>
    /// <param name="status">The status.</param>
    /// <param name="now">The time of the answer.</param>
    public static byte[] Of(int status, DateTimeOffset now)
    {
        var allow = status == 405 ? "Allow: POST\r\n" : "";
        var date = now.ToString("r", CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes($"HTTP/1.1 {status} {Phrase(status)}\r\nDate: {date}\r\n{allow}Content-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private static string Phrase(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Refused",
    };
}
