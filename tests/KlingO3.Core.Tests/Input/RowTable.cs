using System.Text.Json;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

/// <summary>
/// A row of <c>rows.good.json</c> or <c>rows.bad.json</c>. Its values are either the cells of a CSV row (<c>csv</c>, all text) or typed
/// values (<c>typed</c>). Another suite reads the same files through a real PowerShell.
/// </summary>
public sealed record TableRow
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    public required string Name { get; init; }

    public string? Model { get; init; }

    public Dictionary<string, string>? Csv { get; init; }

    public Dictionary<string, JsonElement>? Typed { get; init; }

    /// <summary>Of a good row: exactly what is sent.</summary>
    public JsonElement Input { get; init; }

    /// <summary>Of a good row: the warnings, each <c>Rule field</c>.</summary>
    public string[] Warns { get; init; } = [];

    /// <summary>Of a bad row: the errors, each <c>Rule field</c>.</summary>
    public string[] Findings { get; init; } = [];

    /// <summary>Of a bad row: what the first suggestion must hold.</summary>
    public string? Suggests { get; init; }

    public static TheoryData<string> Names(string file) => [.. Read(file).Select(row => row.Name)];

    public static TableRow Find(string file, string name) => Read(file).Single(row => row.Name == name);

    public static IReadOnlyList<TableRow> Read(string file) => Files.GetOrAdd(
        file, static name => JsonSerializer.Deserialize<List<TableRow>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Input", name)), Camel)!);

    /// <summary>The row as each source hands it over: cells as text and as lists of one; typed values as .NET objects and as JSON elements.</summary>
    public IEnumerable<VideoDraft> Drafts()
    {
        if (Csv is not null)
        {
            yield return Draft(Csv.ToDictionary(cell => cell.Key, cell => (object?)cell.Value));
            if (ModelCatalog.Find(Model ?? VideoDraft.DefaultModel) is not null)
            {
                yield return Draft(Csv.ToDictionary(cell => cell.Key, cell => (object?)new[] { cell.Value }));
            }
        }
        else
        {
            yield return Draft(Typed!.ToDictionary(value => value.Key, value => DotNet(value.Value)));
            yield return Draft(Typed!.ToDictionary(value => value.Key, value => (object?)value.Value));
        }
    }

    public override string ToString() => Name;

    private static System.Collections.Concurrent.ConcurrentDictionary<string, IReadOnlyList<TableRow>> Files { get; } = new();

    private VideoDraft Draft(Dictionary<string, object?> values)
    {
        string? Take(string column) => values.Remove(column, out var value) ? value as string ?? (value as string[])![0] : null;
        return new VideoDraft
        {
            Name = Take("Name"),
            Batch = Take("Batch"),
            WebhookUrl = Take("WebhookUrl"),
            Model = Model ?? VideoDraft.DefaultModel,
            Values = values,
        };
    }

    /// <summary>As ConvertFrom-Json makes it.</summary>
    private static object? DotNet(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(member => member.Name, member => DotNet(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Select(DotNet).ToArray(),
        JsonValueKind.Number => json.TryGetInt64(out var whole) ? whole : json.GetDouble(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
