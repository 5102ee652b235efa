using System.Collections.Concurrent;
using KlingO3.Input.Catalog;

namespace KlingO3.Input;

/// <summary>
/// The models as one connection knows them: what its service said of a model (<c>Get-KlingModel -Refresh</c>) comes before the built-in
/// catalog. Thread-safe.
/// </summary>
public sealed class ConnectionCatalog
{
    private readonly ConcurrentDictionary<string, ModelRules> _learned = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a model by its slug, whatever its case. Null if neither the service described it nor the built-in catalog has it.</summary>
    /// <param name="slug">The slug; surrounding blanks do not matter.</param>
    public KlingModel? Find(string? slug) => Rules(slug) is { IsKnown: true } rules ? rules.Model : null;

    /// <summary>
    /// Lets the checks of this connection follow what the service says of a model, from <see cref="ModelSchema.Read"/>. A model without inputs
    /// is not learned, since some of the service's pages list none.
    /// </summary>
    /// <param name="live">The model as the service describes it; one that the built-in catalog does not have becomes known.</param>
    public void Learn(KlingModel live)
    {
        ArgumentNullException.ThrowIfNull(live);
        if (live.Inputs.Count > 0)
        {
            _learned[live.Slug] = new ModelRules(live, isKnown: true);
        }
    }

    /// <summary>The model with its names ready to be looked up; the rules for unknown models where nothing is known of it.</summary>
    internal ModelRules Rules(string? slug) => _learned.TryGetValue(slug?.Trim() ?? "", out var rules) ? rules : ModelCatalog.RulesOrUnknown(slug);
}
