using System.Text.Json;
using KlingO3.Bulk;

namespace KlingO3.Service;

/// <summary>The body of <c>POST /prediction/</c>.</summary>
internal static class CreateBody
{
    /// <summary>The page requires a version; the docs ignore it, and say that it is always this one.</summary>
    private const string Version = "0.0.1";

    public static byte[] Write(VideoRequest request)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("model", request.Model);
            writer.WriteString("version", Version);
            writer.WritePropertyName("input");
            request.Input.WriteTo(writer);
            if (request.WebhookUrl is { } url)
            {
                writer.WriteString("webhook_url", url.AbsoluteUri);
                if (request.WebhookSecret is { Length: > 0 } secret)
                {
                    writer.WriteString("webhook_secret", secret);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
