using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace KlingO3.Running;

/// <summary>
/// One bar for a whole pipeline. It goes to the host itself and not through a command, because every command's own progress is a bar of its own to PowerShell.
/// Only used on the pipeline thread.
/// </summary>
internal sealed class ProgressBar
{
    private const int ActivityId = 0x4B4C;
    private const string Activity = "Kling O3 videos";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private bool _shown;

    /// <summary>What the engine told last: a pause and its reason, for example.</summary>
    public string? Remark { get; set; }

    /// <summary>Shows the counts, at most once a second.</summary>
    public void Show(PSHostUserInterface? screen, PipelineCounts counts)
    {
        if (screen is null || counts.Seen == 0 || _sinceLast.Elapsed < Interval)
        {
            return;
        }

        _sinceLast.Restart();
        _shown = true;
        screen.WriteProgress(ActivityId, new ProgressRecord(ActivityId, Activity, Describe(counts))
        {
            PercentComplete = 100 * counts.Through / counts.Seen,
            SecondsRemaining = counts.SecondsRemaining,
            CurrentOperation = Remark,
        });
    }

    /// <summary>Takes the bar away.</summary>
    public void Complete(PSHostUserInterface? screen)
    {
        if (_shown)
        {
            _shown = false;
            screen?.WriteProgress(ActivityId, new ProgressRecord(ActivityId, Activity, "Ended") { RecordType = ProgressRecordType.Completed });
        }
    }

    private static string Describe(PipelineCounts counts)
    {
        var parts = new List<string> { $"{counts.Through} of {counts.Seen}" };
        Add(counts.Running, "running");
        Add(counts.Done, "done");
        Add(counts.Saved, "saved");
        Add(counts.Failed, "failed");
        return string.Join(", ", parts);

        void Add(int count, string what)
        {
            if (count > 0)
            {
                parts.Add($"{count} {what}");
            }
        }
    }
}
