using System.Globalization;

namespace KlingO3.Simulator;

/// <summary>How the list of executions differs from the documented one. The defaults are the documented list.</summary>
internal sealed record ListOptions
{
    private static readonly string[] Parameters = ["limit", "offset", "model", "status", "from", "to"];

    /// <summary>The member that holds the rows; <c>none</c>: the answer is the array itself.</summary>
    public string Name { get; init; } = "executions";

    /// <summary>The member of a row that holds the id, with dots for nested objects; <c>none</c>: rows have no id.</summary>
    public string Id { get; init; } = "id";

    public string Model { get; init; } = "slug";
    public string Time { get; init; } = "rfc3339";

    /// <summary>Hours that times without a zone are ahead of UTC.</summary>
    public double Zone { get; init; }

    /// <summary>Every n-th job's row cannot be read; 0: none.</summary>
    public int Unreadable { get; init; }

    /// <summary>Rows of a page at most, whatever was asked for; 0: as asked.</summary>
    public int PageRows { get; init; }

    /// <summary>Query parameters without effect.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    /// <summary>Query parameters with which the list is empty.</summary>
    public IReadOnlySet<string> Hidden { get; init; } = new HashSet<string>();

    public string Total { get; init; } = "exact";
    public bool OldestFirst { get; init; }

    /// <summary>The options by their names on the command line.</summary>
    public static IReadOnlyDictionary<string, Func<ListOptions, string, ListOptions>> Setters { get; } = new Dictionary<string, Func<ListOptions, string, ListOptions>>
    {
        ["list-name"] = (o, v) => o with { Name = v },
        ["list-id"] = (o, v) => o with { Id = v },
        ["list-model"] = (o, v) => o with { Model = OptionText.OneOf(v, "slug", "title", "version", "other", "alias", "object", "null", "none") },
        ["list-time"] = (o, v) => o with
        {
            Time = OptionText.OneOf(v, "rfc3339", "unix", "unix-ms", "unix-text", "rfc1123", "offset", "naive", "spaced", "words", "null", "none"),
        },
        ["list-zone"] = (o, v) => o with { Zone = double.Parse(v, CultureInfo.InvariantCulture) },
        ["list-unreadable"] = (o, v) => o with { Unreadable = (int)OptionText.Number(v) },
        ["list-page"] = (o, v) => o with { PageRows = (int)OptionText.Number(v) },
        ["list-ignore"] = (o, v) => o with { Ignored = OptionText.Some(v, Parameters) },
        ["list-hide"] = (o, v) => o with { Hidden = OptionText.Some(v, Parameters) },
        ["list-total"] = (o, v) => o with { Total = OptionText.OneOf(v, "exact", "page", "capped", "double", "zero", "text", "null", "none") },
        ["list-order"] = (o, v) => o with { OldestFirst = OptionText.OneOf(v, "newest", "oldest") == "oldest" },
    };
}
