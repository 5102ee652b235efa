using System.Diagnostics;

namespace KlingO3.Running;

/// <summary>
/// What a runbook's log has instead of a bar: a line when another tenth is through, and else one a minute, as long as anything changes. Only used on the
/// pipeline thread.
/// </summary>
internal sealed class ProgressLines
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private int _tenths;
    private string? _last;

    /// <summary>Whether a line may be written already.</summary>
    public bool IsDue => _sinceLast.Elapsed >= Shortest;

    /// <summary>The line that is to be written now, if there is one.</summary>
    /// <param name="progress">How far the pipeline is.</param>
    public string? Next(PipelineProgress progress)
    {
        var counts = progress.Counts;
        if (counts.Seen == 0)
        {
            return null;
        }

        var tenths = counts.AllSeen ? 10 * counts.Through / counts.Seen : 0;
        var text = $"{counts.Describe()}{(progress.Status is { } status ? $"; {status}" : "")}";
        if ((tenths <= _tenths && _sinceLast.Elapsed < Usual) || text == _last)
        {
            return null;
        }

        (_tenths, _last) = (tenths, text);
        _sinceLast.Restart();
        var left = progress.Left() is { } time ? $"; {TimeLeft.Describe(time)}" : "";
        return $"{(progress.Batch is null ? "" : $"Batch {progress.Batch}: ")}{text}{left}.";
    }
}
