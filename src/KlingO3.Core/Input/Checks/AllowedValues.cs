using System.Text;

namespace KlingO3.Input.Checks;

/// <summary>Inputs that take a few words only.</summary>
internal static class AllowedValues
{
    /// <summary>The word as the service writes it; its case and the blanks around it do not matter.</summary>
    public static object? Read(RowContext row, KlingModelInput input, string field, string text)
    {
        var given = text.Trim();
        var isClosed = input.AllowedValues.Count > 0;
        var values = isClosed ? input.AllowedValues : input.KnownValues;
        foreach (var value in values)
        {
            if (value.Equals(given, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var list = string.Join(", ", values);
        var suggestion = Nearest(given, values) is { } near ? $"Did you mean '{near}'?" : InputReader.Example(input);
        if (!isClosed)
        {
            row.Findings.Warn(field, InputRules.KnownValues, $"{Shown.Value(given)} is not documented; documented is: {list}.", suggestion);
            return given;
        }

        row.Findings.Error(field, InputRules.AllowedValues, $"{Shown.Value(given)} is not one of: {list}.", suggestion);
        return null;
    }

    private static string? Nearest(string text, IReadOnlyList<string> values)
    {
        if (text.Length > 40)
        {
            return null;
        }

        var ratio = Ratio(text);
        return values.FirstOrDefault(value => value == ratio) ?? NameDistance.Nearest(text, values.Where(value => !value.Contains(':')));
    }

    /// <summary>
    /// <c>16x9</c>, <c>16/9</c>, <c>16 : 9</c>, and what a spreadsheet makes of 16:9 by taking it for a time of day: <c>16:09</c>, <c>16:09:00</c>.
    /// </summary>
    private static string Ratio(string text)
    {
        var plain = new StringBuilder();
        foreach (var character in text.Normalize(NormalizationForm.FormKC).ToLowerInvariant())
        {
            _ = char.IsAsciiDigit(character) ? plain.Append(character) : char.IsWhiteSpace(character) ? plain : plain.Append(':');
        }

        var parts = plain.ToString().Split(':', StringSplitOptions.RemoveEmptyEntries).Select(part => part.TrimStart('0')).ToList();
        if (parts is [_, _, ""])
        {
            parts.RemoveAt(2);
        }

        return string.Join(':', parts);
    }
}
