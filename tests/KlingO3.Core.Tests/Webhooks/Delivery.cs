using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using KlingO3.Webhooks;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks;

/// <summary>A delivery as a sender makes it, good or bad.</summary>
internal sealed record Delivery(byte[] Body)
{
    public const string Secret = "s3cret-of-the-tests";

    public string? Signature { get; init; }

    public string? Timestamp { get; init; }

    public string? PlainSecret { get; init; }

    public static Delivery Unsigned(string body) => new(Encoding.UTF8.GetBytes(body));

    public static Delivery Of(string id, string secret = Secret, DateTimeOffset? at = null) =>
        Unsigned($$"""{"exec_id":"{{id}}","flow_id":null,"status":"succeeded","output":"https://evil.example/claimed.mp4","error":""}""").Sign(secret, at);

    public Delivery Sign(string secret = Secret, DateTimeOffset? at = null)
    {
        var timestamp = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. Body];
        return this with
        {
            Timestamp = timestamp,
            Signature = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}",
        };
    }

    public string? Header(string name) => name.ToUpperInvariant() switch
    {
        "X-WEBHOOK-SIGNATURE" => Signature,
        "X-WEBHOOK-TIMESTAMP" => Timestamp,
        "X-WEBHOOK-SECRET" => PlainSecret,
        _ => null,
    };

    public async Task<HttpStatusCode> SendAsync(HttpClient http, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Body) };
        foreach (var name in (string[])["X-Webhook-Signature", "X-Webhook-Timestamp", "X-Webhook-Secret"])
        {
            if (Header(name) is { } value)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>A prefix on a port that is free just now.</summary>
    public static string FreePrefix()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/kling/";
    }

    public static WebhookOptions Options(string? prefix = null, string? secret = Secret, bool legacy = false) =>
        new() { Prefix = prefix ?? FreePrefix(), Secret = secret, AllowLegacySecret = legacy };
}
