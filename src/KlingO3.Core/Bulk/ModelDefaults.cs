using KlingO3.Input;

namespace KlingO3.Bulk;

/// <summary>What the service takes for inputs that a row leaves out, by the catalog.</summary>
internal static class ModelDefaults
{
    public static IEnumerable<(string Name, string Value)> Of(string model) =>
        from input in ModelCatalog.Find(model)?.Inputs ?? []
        where input.Default is not null
        select (input.Name, input.Default);
}
