using System.Text.Json;
using KlingO3.Bulk;
using KlingO3.Input;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>
/// A pair of <c>same-rows.json</c>: two rows that are the same to a person, or are not. Each differs from a usual row in what it names. <c>#</c> in
/// a batch is the number of the pair. Another suite reads the same file through a real PowerShell.
/// </summary>
public sealed record SameRow
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    public required string What { get; init; }

    public required bool Same { get; init; }

    public required Dictionary<string, JsonElement> One { get; init; }

    public required Dictionary<string, JsonElement> Other { get; init; }

    public static IReadOnlyList<SameRow> All { get; } =
        JsonSerializer.Deserialize<List<SameRow>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Bulk", "same-rows.json")), Camel)!;

    /// <summary>A row as it comes from JSON, from objects, and where it can be one from a CSV.</summary>
    internal static IEnumerable<VideoRequest> Requests(Dictionary<string, JsonElement> row)
    {
        yield return Request(row, value => value);
        yield return Request(row, DotNet);
        yield return Request(row, Cell);
    }

    public override string ToString() => What;

    private static VideoRequest Request(Dictionary<string, JsonElement> row, Func<JsonElement, object?> convert)
    {
        var values = new Dictionary<string, object?> { ["prompt"] = "Rain on @Video1", ["video_url"] = "https://media.example.com/clip.mp4" };
        foreach (var (name, value) in row.Where(member => member.Key is not ("name" or "batch" or "model")))
        {
            values[name] = convert(value);
        }

        string? Text(string name) => row.TryGetValue(name, out var value) ? value.ToString() : null;
        var checkedRow = VideoChecks.Check(new VideoDraft { Model = Text("model") ?? VideoDraft.DefaultModel, Values = values }, allowLoopback: false);
        return checkedRow.ToException() is { } error
            ? throw error
            : new VideoRequest(checkedRow.Model, checkedRow.Input) { Name = Text("name"), Batch = Text("batch") ?? "pair #" };
    }

    private static object? DotNet(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(member => member.Name, member => DotNet(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Select(DotNet).ToArray(),
        JsonValueKind.Number => json.TryGetInt32(out var whole) ? whole : json.GetDouble(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static string Cell(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array when json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => string.Join(';', json.EnumerateArray()),
        JsonValueKind.Array or JsonValueKind.Object => json.GetRawText(),
        _ => json.ToString(),
    };
}
