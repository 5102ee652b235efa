using KlingO3.Input.Catalog;

namespace KlingO3.Input.Checks;

/// <summary>What the checks of one row share.</summary>
internal sealed class RowContext(ModelRules rules, bool allowLoopback, LocalPathResolver? files = null)
{
    /// <summary>The model's rules.</summary>
    public ModelRules Rules { get; } = rules;

    /// <summary>Whether http and loopback addresses pass: the service itself is on loopback.</summary>
    public bool AllowLoopback { get; } = allowLoopback;

    /// <summary>Finds local files; null where none can be uploaded.</summary>
    public LocalPathResolver? Files { get; } = files;

    /// <summary>Whether nothing is known of the model: what cannot be typed is then sent as given.</summary>
    public bool IsLenient => !Rules.IsKnown;

    /// <summary>What was found so far.</summary>
    public RowFindings Findings { get; } = new();

    /// <summary>The prompts of the row, with their fields.</summary>
    public List<KeyValuePair<string, string>> Prompts { get; } = [];
}
