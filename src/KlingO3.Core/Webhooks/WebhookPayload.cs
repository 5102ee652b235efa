using System.Text.Json;
using KlingO3.Service;

namespace KlingO3.Webhooks;

/// <summary>
/// Reads which prediction a delivery is about (<c>exec_id</c>; both sources write it so). What else it claims, its status and its output, is
/// not read: the service is asked.
/// </summary>
internal static class WebhookPayload
{
    /// <summary>The id; null where the body is not JSON, or names none.</summary>
    public static string? ReadId(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("exec_id", out var id) && id.Text()?.Trim() is { } text && PredictionIdFormat.IsValid(text) ? text : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter where a string holds half a surrogate pair.
            return null;
        }
    }
}
