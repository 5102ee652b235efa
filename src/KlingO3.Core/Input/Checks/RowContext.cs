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

    /// <summary>The names of the values that came down the pipeline.</summary>
    public IReadOnlySet<string> Piped { get; init; } = new HashSet<string>();

    /// <summary>Which local files those may name.</summary>
    public LocalFileAccess PipedFiles { get; init; }

    /// <summary>Which local files the value that is being read may name.</summary>
    public LocalFileAccess FileAccess { get; set; }

    /// <summary>Whether nothing is known of the model: what cannot be typed is then sent as given.</summary>
    public bool IsLenient => !Rules.IsKnown;

    /// <summary>What was found so far.</summary>
    public RowFindings Findings { get; } = new();

    /// <summary>The prompts of the row, with their fields.</summary>
    public List<KeyValuePair<string, string>> Prompts { get; } = [];
}
