using KlingO3.Binding;

namespace KlingO3.Running;

/// <summary>The line that a pipeline leaves when it ends before its predictions do.</summary>
internal static class LeftBehind
{
    // More ids than this do not fit a line that anybody copies.
    private const int MostIds = 10;

    /// <summary>Says how many predictions go on at the service and what picks them up.</summary>
    /// <param name="left">Their ids and batches.</param>
    /// <param name="destination">Where the pipeline was saving to, if it was.</param>
    public static string Describe(IReadOnlyList<(string Id, string? Batch)> left, string? destination)
    {
        var count = left.Count == 1 ? "1 prediction is" : $"{left.Count} predictions are";
        var save = $"Save-KlingVideo -Destination {ShellWord.Quote(destination ?? ".")}";
        return $"{count} still running at the service, and paid for. To pick {(left.Count == 1 ? "it" : "them")} up: {Source(left)} | {save}";
    }

    private static string Source(IReadOnlyList<(string Id, string? Batch)> left)
    {
        var batches = left.Select(entry => entry.Batch).Distinct().ToList();
        if (batches is [{ Length: > 0 } batch])
        {
            return $"Get-KlingPrediction -Batch {ShellWord.Quote(WildcardText.EscapeName(batch))} | Wait-KlingPrediction";
        }

        return left.Count <= MostIds
            ? $"Wait-KlingPrediction {string.Join(", ", left.Select(entry => ShellWord.Quote(entry.Id)))}"
            : $"Get-KlingPrediction -Status Created, Starting, Processing | Wait-KlingPrediction";
    }
}
