using System.Globalization;

namespace KlingO3.Running;

/// <summary>How long a pipeline still takes: from how long its jobs usually take, and how many run side by side.</summary>
internal static class TimeLeft
{
    // What the model's page says of a job, until the ledger or this run knows better.
    private static readonly TimeSpan Documented = TimeSpan.FromMinutes(5);

    // A job that takes longer than usual ends soon, but nobody knows when: in a tenth of the usual time.
    private const double Overdue = 0.1;

    /// <summary>How long a job of a model usually takes.</summary>
    /// <param name="learned">What the ledger and this process know; null where that is too little.</param>
    /// <param name="counts">What this pipeline has seen.</param>
    public static TimeSpan Usual(TimeSpan? learned, PipelineCounts counts) =>
        learned ?? (counts.Done > 0 && counts.Took > TimeSpan.Zero ? counts.Took / counts.Done : Documented);

    /// <summary>How long a job still takes.</summary>
    public static TimeSpan Of(RunningJob job, TimeSpan usual, DateTimeOffset now)
    {
        var left = usual - job.Age(now);
        return left > usual * Overdue ? left : usual * Overdue;
    }

    /// <summary>How long everything that was seen still takes; null while rows still come, and where nobody waits for jobs to end.</summary>
    /// <param name="counts">How far the pipeline is.</param>
    /// <param name="running">The jobs that run.</param>
    /// <param name="usual">How long a job of a model usually takes.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan? Of(PipelineCounts counts, IReadOnlyCollection<RunningJob> running, Func<string?, TimeSpan> usual, DateTimeOffset now)
    {
        if (!counts.AllSeen || !(counts.Waits || counts.Saves))
        {
            return null;
        }

        // Each row that waits takes the place of the job that ends first.
        var places = new PriorityQueue<TimeSpan, TimeSpan>(running.Select(job => Of(job, usual(job.Model), now)).Select(left => (left, left)));
        var end = running.Count == 0 ? TimeSpan.Zero : places.UnorderedItems.Max(place => place.Element);
        for (var waiting = counts.Seen - counts.Through - counts.Unsaved - running.Count; waiting > 0; waiting--)
        {
            var start = places.Count >= Math.Max(1, counts.Width) ? places.Dequeue() : TimeSpan.Zero;
            var ends = start + usual(null);
            places.Enqueue(ends, ends);
            end = ends > end ? ends : end;
        }

        return end;
    }

    /// <summary><c>about 12 min left</c>.</summary>
    public static string Describe(TimeSpan left) => left switch
    {
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalSeconds):0} s left"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"about {left.TotalMinutes:0} min left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"about {left.TotalHours:0.#} h left"),
    };
}
