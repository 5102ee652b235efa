using System.Globalization;

namespace KlingO3.Input.Checks;

/// <summary>Durations: 5, "5" or "5s", sent as the string "5".</summary>
internal static class SecondsReader
{
    public static object? Read(RowContext row, KlingModelInput input, string field, object plain)
    {
        var given = plain is string text ? WithoutUnit(text) : plain;
        if (NumberReader.Parse(given) is not { } seconds || seconds != Math.Floor(seconds))
        {
            return InputReader.WrongType(row, input, field, plain, InputRules.Number, "a number of whole seconds", Nearest(plain));
        }

        NumberReader.CheckRange(row, input, field, plain, seconds);
        return seconds.ToString("0", CultureInfo.InvariantCulture);
    }

    private static string WithoutUnit(string text)
    {
        var trimmed = text.Trim();
        return trimmed.EndsWith('s') || trimmed.EndsWith('S') ? trimmed[..^1].TrimEnd() : trimmed;
    }

    /// <summary>What "5 sec", "5,0", "00:00:05" or 5.4 probably meant.</summary>
    private static string? Nearest(object plain)
    {
        if (NumberReader.Parse(plain) is { } part)
        {
            return part is > 0 and < 1000
                ? string.Create(CultureInfo.InvariantCulture, $"Did you mean '{Math.Floor(part)}' or '{Math.Ceiling(part)}'?")
                : null;
        }

        if (plain is not string text || text.Length > 40)
        {
            return null;
        }

        if (text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time))
        {
            return Suggest((decimal)Math.Round(time.TotalSeconds));
        }

        var digits = new string([.. text.Trim().TakeWhile(char.IsAsciiDigit)]);
        var unit = text.Trim()[digits.Length..].Trim().ToLowerInvariant();
        return digits.Length is > 0 and < 4 && unit is "sec" or "secs" or "second" or "seconds" or ",0" or ",00"
            ? Suggest(decimal.Parse(digits, CultureInfo.InvariantCulture))
            : null;
    }

    private static string? Suggest(decimal seconds) =>
        seconds is > 0 and < 1000 ? string.Create(CultureInfo.InvariantCulture, $"Did you mean '{seconds:0}'?") : null;
}
