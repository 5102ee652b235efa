using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KlingO3;

/// <summary>
/// The input of a job by the service's own names (<c>prompt</c>, <c>video_url</c> …), in the order they were sent.
/// Values are strings, numbers, booleans, nested <see cref="KlingInput"/> and arrays of these. <c>$prediction.Input.prompt</c> works,
/// and the text form is JSON, so it survives a trip through CSV.
/// </summary>
[SuppressMessage("Design", "CA1010", Justification = "PowerShell reads members of a non-generic dictionary with a dot.")]
[SuppressMessage("Naming", "CA1710", Justification = "To its users it is the input, not a dictionary.")]
public sealed class KlingInput : OrderedDictionary
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes an empty input.</summary>
    public KlingInput()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>Reads an input from a JSON object.</summary>
    /// <param name="json">A JSON object.</param>
    public static KlingInput FromJson(JsonElement json)
    {
        var input = new KlingInput();
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                input[member.Name] = FromValue(member.Value);
            }
        }

        return input;
    }

    /// <summary>A copy that shares nothing with this input: a change to one is none to the other.</summary>
    /// <exception cref="NotSupportedException">A member cannot be written as JSON; the message names it.</exception>
    public KlingInput Copy() => KlingInputCopy.Of(this, "", 0);

    /// <summary>The input as compact JSON. What a terminal would obey or hide is escaped.</summary>
    public override string ToString()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            WriteTo(writer);
        }

        // Such characters are within strings only, and their escapes are those of JSON.
        return VisibleText.Of(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Writes the input as a JSON object.</summary>
    /// <param name="writer">Where to write it.</param>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach (System.Collections.DictionaryEntry entry in this)
        {
            writer.WritePropertyName((string)entry.Key);
            WriteValue(writer, entry.Value);
        }

        writer.WriteEndObject();
    }

    private static object? FromValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => FromJson(value),
        JsonValueKind.Array => value.EnumerateArray().Select(FromValue).ToArray(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number => value.GetDouble(),
        _ => null,
    };

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case KlingInput input: input.WriteTo(writer); break;
            case KlingElement element: element.ToInput().WriteTo(writer); break;
            case System.Collections.IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(writer, item);
                }

                writer.WriteEndArray();
                break;
            default: throw new NotSupportedException($"A value of type {value.GetType().Name} cannot be sent as JSON.");
        }
    }
}
