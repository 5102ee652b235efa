using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KlingO3.Service;

/// <summary>Reads single JSON values whatever their type: what cannot be read is null, never an exception about JSON.</summary>
internal static class JsonValues
{
    /// <summary>The text of a string or a number; null for anything else, and for blank text.</summary>
    public static string? Text(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>Text as it is, and anything structured as compact JSON; null for null, blanks and empty objects or arrays.</summary>
    public static string? TextOrJson(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.Array => value.GetRawText() is var json && json.Length > 2 ? json : null,
        JsonValueKind.True or JsonValueKind.False => null,
        _ => value.Text(),
    };

    /// <summary>A number, or a string that holds one.</summary>
    public static double? Number(this JsonElement value) =>
        double.TryParse(value.Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>An amount of money, or a string that holds one.</summary>
    public static decimal? Money(this JsonElement value) =>
        decimal.TryParse(value.Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A Boolean, or a string that holds one.</summary>
    public static bool? Flag(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => bool.TryParse(value.Text(), out var flag) ? flag : null,
    };

    /// <summary>
    /// A time in any common form: ISO 8601 and RFC 1123, in UTC where no offset is written, or unix seconds, milliseconds, microseconds
    /// or nanoseconds, as a number or as text.
    /// </summary>
    public static DateTimeOffset? Time(this JsonElement value)
    {
        var text = value.Text()?.Trim();
        if (value.Number() is { } number)
        {
            return Unix(number);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var time) ? time : null;
    }

    /// <summary>Whether a time says in which zone it is: a unix time does, and a text with an offset, Z or GMT.</summary>
    public static bool NamesZone(this JsonElement value)
    {
        var text = value.Text()?.Trim() ?? "";
        return value.Number() is not null
            || text.EndsWith('Z') || text.EndsWith('z') || text.EndsWith("GMT", StringComparison.OrdinalIgnoreCase) || text.EndsWith("UTC", StringComparison.OrdinalIgnoreCase)
            || text.LastIndexOfAny(['+', '-']) > text.IndexOf(':', StringComparison.Ordinal);
    }

    /// <summary>Each unit is a thousand times the one before, so the size of a number of our time tells which it is.</summary>
    private static DateTimeOffset? Unix(double number)
    {
        const double OldestSeconds = 1e8;
        for (var seconds = number; seconds >= OldestSeconds; seconds /= 1000)
        {
            if (seconds < OldestSeconds * 1000)
            {
                return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
            }
        }

        return null;
    }

    /// <summary>The value as an object of a known shape; null if it is not an object.</summary>
    public static T? As<T>(this JsonElement value, JsonTypeInfo<T> shape)
        where T : class => value.ValueKind == JsonValueKind.Object ? value.Deserialize(shape) : null;
}
