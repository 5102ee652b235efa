using System.Globalization;

namespace KlingO3.Simulator;

/// <summary>Reads the values of options.</summary>
internal static class OptionText
{
    public static double Number(string text, double least = 0)
    {
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        return number >= least && double.IsFinite(number) ? number : throw new FormatException($"at least {least} is wanted");
    }

    public static string OneOf(string text, params ReadOnlySpan<string> allowed) =>
        allowed.Contains(text) ? text : throw new FormatException($"one of {string.Join(", ", allowed!)} is wanted");

    /// <summary>A list with commas, of the allowed words. Empty text is the empty list.</summary>
    public static IReadOnlySet<string> Some(string text, IEnumerable<string> allowed)
    {
        var words = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet();
        return words.IsSubsetOf(allowed) ? words : throw new FormatException($"some of {string.Join(", ", allowed)} are wanted");
    }
}
