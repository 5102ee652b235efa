namespace KlingO3.Input.Catalog;

/// <summary>
/// The rules for a slug that the catalog does not have. Inputs with a name of the catalog get that input's type, so that the dialect of CSV
/// cells works; no limit holds, since nobody here knows any.
/// </summary>
internal static class UnknownModels
{
    private static readonly Lazy<IReadOnlyList<KlingModelInput>> Inputs = new(() =>
        [.. ModelCatalog.Models.SelectMany(model => model.Inputs).DistinctBy(input => input.Name).Select(WithoutLimits)]);

    private static readonly Lazy<ModelRules> Shared = new(() =>
        new ModelRules(new KlingModel { Slug = "", Title = "", Kind = "", Inputs = Inputs.Value }, isKnown: false));

    public static ModelRules Rules => Shared.Value;

    private static KlingModelInput WithoutLimits(KlingModelInput input) => new()
    {
        Name = input.Name,
        Parameter = input.Parameter,
        // -Image is image_urls unless a model of the catalog says otherwise.
        Aliases = [.. input.Aliases.Where(alias => !ModelCatalog.Models.Any(model => model.Inputs.Any(other => other.Name == alias)))],
        Type = input.Type,
        Format = input.Format,
        Items = input.Items is null ? null : WithoutLimits(input.Items),
        Inputs = [.. input.Inputs.Select(WithoutLimits)],
        Piped = input.Piped,
        Example = input.Example,
    };
}
