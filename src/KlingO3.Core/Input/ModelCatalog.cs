using System.Text.Json;
using KlingO3.Input.Catalog;

namespace KlingO3.Input;

/// <summary>
/// The built-in catalog, from <c>models.json</c>: the same in every process. What a connection's service says of a model is in its
/// <see cref="ConnectionCatalog"/>.
/// </summary>
public static class ModelCatalog
{
    private static readonly Lazy<Dictionary<string, ModelRules>> Known = new(Load);

    /// <summary>The models, in the catalog's order.</summary>
    public static IReadOnlyList<KlingModel> Models { get; } = [.. ReadFile().Kinds.SelectMany(kind => kind.Expand())];

    /// <summary>Their slugs, in the catalog's order.</summary>
    public static IReadOnlyList<string> Slugs { get; } = [.. Models.Select(model => model.Slug)];

    /// <summary>Finds a model by its slug, whatever its case. Null if the catalog does not have it: the service may all the same.</summary>
    /// <param name="slug">The slug; surrounding blanks do not matter.</param>
    public static KlingModel? Find(string? slug) => Rules(slug)?.Model;

    /// <summary>The slug of the catalog that was probably meant; null if none is near.</summary>
    /// <param name="slug">A slug that the catalog does not have.</param>
    public static string? Nearest(string slug) => NameDistance.Nearest(slug, Slugs);

    /// <summary>The model with its names ready to be looked up.</summary>
    internal static ModelRules? Rules(string? slug) => Known.Value.GetValueOrDefault(slug?.Trim() ?? "");

    /// <summary>The same; the rules for unknown models where the catalog does not have it.</summary>
    internal static ModelRules RulesOrUnknown(string? slug) => Rules(slug) ?? UnknownModels.Rules;

    private static Dictionary<string, ModelRules> Load() =>
        Models.ToDictionary(model => model.Slug, model => new ModelRules(model, isKnown: true), StringComparer.OrdinalIgnoreCase);

    private static CatalogFile ReadFile()
    {
        using var stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream("models.json")!;
        return JsonSerializer.Deserialize(stream, CatalogJson.Default.CatalogFile)!;
    }
}
