using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>Reads and writes bodies. Answers carry a Content-Length, so a cut one can be told from a whole one.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A name that is there twice means two things to two readers: nobody should send that.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static byte[] Bytes(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Raw))
        {
            node.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Sets an id under a name, with dots for nested objects; under <c>none</c> nothing. An id of digits is a number.</summary>
    public static void SetId(JsonObject answer, string name, string id)
    {
        if (name == "none")
        {
            return;
        }

        var path = name.Split('.');
        foreach (var outer in path[..^1])
        {
            var inner = answer[outer] as JsonObject ?? [];
            answer[outer] ??= inner;
            answer = inner;
        }

        answer[path[^1]] = Id(id);
    }

    /// <summary>An id as JSON: digits are a number.</summary>
    public static JsonNode Id(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : id;

    public static Task AnswerAsync(HttpContext context, JsonNode node, int status = StatusCodes.Status200OK) =>
        AnswerAsync(context, Bytes(node), status, "application/json");

    public static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body, int status, string? contentType)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;

        // HTTP allows no length there, not even 0.
        context.Response.ContentLength = status == StatusCodes.Status204NoContent ? null : body.Length;
        if (body.Length > 0 && !HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <exception cref="JsonException">The text is not JSON, or has a name twice.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text, Strict);
        return document.RootElement.Clone();
    }

    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }
}
