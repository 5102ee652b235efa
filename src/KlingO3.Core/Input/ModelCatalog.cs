using System.Collections.Concurrent;
using System.Text.Json;
using KlingO3.Input.Catalog;

namespace KlingO3.Input;

/// <summary>The models that KlingO3 knows, from <c>models.json</c>: the source of the checks, of tab completion and of Get-KlingModel.</summary>
public static class ModelCatalog
{
    private static readonly Lazy<Dictionary<string, ModelRules>> Known = new(Load);

    private static readonly ConcurrentDictionary<string, ModelRules> Learned = new(StringComparer.OrdinalIgnoreCase);

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

    /// <summary>
    /// Lets the checks of this process follow what the service says of a model, from <see cref="ModelSchema.Read"/>: it knows better than the
    /// catalog. A model without inputs is not learned, since some of the service's pages list none.
    /// </summary>
    /// <param name="live">The model as the service describes it; one that the catalog does not have becomes known.</param>
    public static void Learn(KlingModel live)
    {
        ArgumentNullException.ThrowIfNull(live);
        if (live.Inputs.Count > 0)
        {
            Learned[live.Slug] = new ModelRules(live, isKnown: true);
        }
    }

    /// <summary>The model with its names ready to be looked up.</summary>
    internal static ModelRules? Rules(string? slug)
    {
        var name = slug?.Trim() ?? "";
        return Learned.TryGetValue(name, out var rules) || Known.Value.TryGetValue(name, out rules) ? rules : null;
    }

    /// <summary>Forgets what was learned: the checks go by the catalog again.</summary>
    public static void Forget() => Learned.Clear();

    private static Dictionary<string, ModelRules> Load() =>
        Models.ToDictionary(model => model.Slug, model => new ModelRules(model, isKnown: true), StringComparer.OrdinalIgnoreCase);

    private static CatalogFile ReadFile()
    {
        using var stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream("models.json")!;
        return JsonSerializer.Deserialize(stream, CatalogJson.Default.CatalogFile)!;
    }
}
