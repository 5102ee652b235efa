using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace KlingO3.Running;

/// <summary>
/// One bar for a whole pipeline, and one below it for each job that runs. They go to the host itself and not through a command, because every command's
/// own progress is a bar of its own to PowerShell. Only used on the pipeline thread.
/// </summary>
internal sealed class ProgressBar
{
    private const int ActivityId = 0x4B4C;
    private const string Activity = "Kling O3 videos";

    // As many as the service runs at once for an account; a screen has no room for more.
    private const int MostJobs = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private readonly string?[] _jobs = new string?[MostJobs];
    private bool _shown;

    /// <summary>What the engine told last: a pause and its reason, for example.</summary>
    public string? Remark { get; set; }

    /// <summary>Whether it is time to show the counts again: at most once a second.</summary>
    public bool IsDue => _sinceLast.Elapsed >= Interval;

    /// <summary>Shows how far the pipeline is.</summary>
    public void Show(PSHostUserInterface screen, PipelineProgress progress)
    {
        var counts = progress.Counts;
        if (counts.Seen == 0)
        {
            return;
        }

        _sinceLast.Restart();
        _shown = true;
        screen.WriteProgress(ActivityId, new ProgressRecord(ActivityId, Activity, counts.Describe())
        {
            PercentComplete = counts.AllSeen ? 100 * counts.Through / counts.Seen : -1,
            SecondsRemaining = progress.Left() is { } left ? Seconds(left) : -1,
            CurrentOperation = Remark,
        });
        ShowJobs(screen, progress);
    }

    /// <summary>Takes the bars away.</summary>
    public void Complete(PSHostUserInterface? screen)
    {
        if (_shown && screen is not null)
        {
            _shown = false;
            RemoveJobs(screen, _ => true);
            screen.WriteProgress(ActivityId, new ProgressRecord(ActivityId, Activity, "Ended") { RecordType = ProgressRecordType.Completed });
        }
    }

    private void ShowJobs(PSHostUserInterface screen, PipelineProgress progress)
    {
        var jobs = progress.Running.Where(job => !job.Handed).Take(MostJobs).ToDictionary(job => job.Id, StringComparer.Ordinal);
        RemoveJobs(screen, id => !jobs.ContainsKey(id));
        foreach (var job in jobs.Values)
        {
            var place = Array.IndexOf(_jobs, job.Id);
            place = place >= 0 ? place : Array.IndexOf(_jobs, null);
            _jobs[place] = job.Id;
            var id = ActivityId + 1 + place;
            screen.WriteProgress(id, new ProgressRecord(id, VisibleText.Of(job.Name ?? job.Id), job.Name is null ? "running" : job.Id)
            {
                ParentActivityId = ActivityId,
                PercentComplete = progress.Percent(job),
                SecondsRemaining = Seconds(progress.Left(job)),
            });
        }
    }

    private void RemoveJobs(PSHostUserInterface screen, Predicate<string> isGone)
    {
        for (var place = 0; place < MostJobs; place++)
        {
            if (_jobs[place] is { } job && isGone(job))
            {
                _jobs[place] = null;
                var id = ActivityId + 1 + place;
                screen.WriteProgress(id, new ProgressRecord(id, job, "Ended") { ParentActivityId = ActivityId, RecordType = ProgressRecordType.Completed });
            }
        }
    }

    private static int Seconds(TimeSpan time) => (int)Math.Min(int.MaxValue, Math.Ceiling(time.TotalSeconds));
}
