using System.Buffers;
using System.Text.Json;
using KlingO3.Service;

namespace KlingO3.Webhooks;

/// <summary>
/// Reads which prediction a delivery is about (<c>exec_id</c>; both sources write it so). What else it claims, its status and its output, is
/// not read: the service is asked.
/// </summary>
internal static class WebhookPayload
{
    private const int LongestId = 200;
    private static readonly SearchValues<char> IdLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The id; null where the body is not JSON, or names none.</summary>
    public static string? ReadId(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("exec_id", out var id) && id.Text()?.Trim() is { } text && IsId(text) ? text : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter where a string holds half a surrogate pair.
            return null;
        }
    }

    // It becomes a part of an address of the service, and of messages.
    private static bool IsId(string text) => text.Length <= LongestId && text.AsSpan().IndexOfAnyExcept(IdLetters) < 0;
}
