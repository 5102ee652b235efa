using System.Text.Json;

namespace KlingO3.Service;

/// <summary>The body of <c>POST /upload/presign</c>.</summary>
internal static class PresignBody
{
    public static byte[] Write(string contentType, string kind, TimeSpan? expiresIn)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("content_type", contentType);
            writer.WriteString("file_type", kind);
            if (expiresIn is { } life)
            {
                writer.WriteNumber("expires_in_seconds", (long)life.TotalSeconds);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
