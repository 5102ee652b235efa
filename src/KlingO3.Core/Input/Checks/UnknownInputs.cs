namespace KlingO3.Input.Checks;

/// <summary>Names that a model or an object does not take.</summary>
internal static class UnknownInputs
{
    public static void Report(RowContext row, string field, string message, string name, IReadOnlyList<string> names) => row.Findings.Error(
        field, InputRules.UnknownInput, $"{message} It takes: {string.Join(", ", names)}.",
        Nearest(name, names) is { } near ? $"Did you mean '{near}'?" : null);

    /// <summary>The nearest name, or one that holds it: <c>image_url</c> of an element is likely its <c>frontal_image_url</c>.</summary>
    private static string? Nearest(string name, IReadOnlyList<string> names) =>
        NameDistance.Nearest(name, names)
        ?? (name.Length is > 4 and < 64 ? names.FirstOrDefault(known => known.Contains(name, StringComparison.OrdinalIgnoreCase)) : null);
}
