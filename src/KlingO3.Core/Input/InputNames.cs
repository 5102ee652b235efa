namespace KlingO3.Input;

/// <summary>The names under which rows give their values: of parameters (<c>AspectRatio</c>) and of the service (<c>aspect_ratio</c>).</summary>
public static class InputNames
{
    private static readonly string[] OfTheRow =
        ["Model", "Parameter", "Name", "Batch", "WebhookUrl", "webhook_url", "WebhookSecret", "webhook_secret"];

    private static readonly Lazy<IReadOnlyList<string>> Known = new(() =>
        [.. ModelCatalog.Models.SelectMany(model => model.Inputs).SelectMany(Of).Concat(OfTheRow).Distinct(StringComparer.OrdinalIgnoreCase)]);

    private static readonly Lazy<Dictionary<string, string>> ServiceNames = new(() => ModelCatalog.Models.SelectMany(model => model.Inputs)
        .SelectMany(input => Of(input).Select(name => (name, input.Name))).DistinctBy(pair => pair.name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(pair => pair.name, pair => pair.Name, StringComparer.OrdinalIgnoreCase));

    private static readonly Lazy<HashSet<string>> Lookup = new(() => new(Known.Value, StringComparer.OrdinalIgnoreCase));

    /// <summary>Every name that a column or an extra parameter may have.</summary>
    public static IReadOnlyList<string> All => Known.Value;

    /// <summary>Whether a column or an extra parameter of this name is understood. Case does not matter.</summary>
    /// <param name="name">The name.</param>
    public static bool IsKnown(string name) => Lookup.Value.Contains(name);

    /// <summary>The known name that was probably meant: <c>Promt</c> → <c>Prompt</c>. Null if the name is known itself, or near none.</summary>
    /// <param name="name">The name of a column or an extra parameter.</param>
    public static string? Nearest(string name) => string.IsNullOrWhiteSpace(name) || IsKnown(name) ? null : NameDistance.Nearest(name, All);

    /// <summary>The service's name of an input: <c>AspectRatio</c> → <c>aspect_ratio</c>. A name that is not known is returned as it is.</summary>
    internal static string OfService(string name) => ServiceNames.Value.GetValueOrDefault(name, name);

    /// <summary>The names under which an input is understood: the service's, the parameter's and its aliases.</summary>
    internal static IEnumerable<string> Of(KlingModelInput input) =>
        input.Parameter is null ? input.Aliases.Prepend(input.Name) : input.Aliases.Prepend(input.Parameter).Prepend(input.Name);
}
