namespace KlingO3.Bulk;

/// <summary>
/// When a prediction is looked at next: seldom while hardly a job of its model has ever ended that young, and at every interval from
/// then on. Without any experience with its model, at every interval.
/// </summary>
/// <param name="interval">The poll interval.</param>
/// <param name="usual">What is known of other jobs.</param>
/// <param name="time">The clock.</param>
internal sealed class LookPlan(TimeSpan interval, UsualDurations usual, TimeProvider time)
{
    /// <summary>A job may fail at any age.</summary>
    private static readonly TimeSpan LongestEarlyPause = TimeSpan.FromMinutes(2);

    /// <summary>How long from now. A job that was made this moment has not ended yet; one of unknown age may have.</summary>
    public TimeSpan First(KlingPrediction known) =>
        Age(known) is { } age && age >= TimeSpan.Zero && age < interval ? interval - age : TimeSpan.Zero;

    /// <summary>How long from now, when it was just looked at and has not ended.</summary>
    public TimeSpan Next(KlingPrediction latest)
    {
        if (usual.Least(latest.Model) - Age(latest) is not { } early || early <= interval)
        {
            return interval;
        }

        var pause = early < LongestEarlyPause ? early : LongestEarlyPause;
        return pause > interval ? pause : interval;
    }

    /// <summary>How long a job of a model takes, half of them longer; null where too few are known.</summary>
    public TimeSpan? Median(string? model) => usual.Median(model);

    /// <summary>It has ended, and that is in the ledger.</summary>
    public void Learn(KlingPrediction ended) => usual.Add(ended);

    private TimeSpan? Age(KlingPrediction known) => time.GetUtcNow() - known.CreatedAt;
}
