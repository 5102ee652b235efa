namespace KlingO3.Running;

/// <summary>How far a pipeline is at one moment.</summary>
/// <param name="Counts">The counts.</param>
/// <param name="Running">What runs, the oldest first.</param>
/// <param name="Learned">How long a job of a model usually takes, where the ledger or this process knows.</param>
internal sealed record PipelineProgress(PipelineCounts Counts, IReadOnlyList<RunningJob> Running, Func<string?, TimeSpan?>? Learned)
{
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    /// <summary>What the pipeline waits for, in a few words; null while nothing holds it up.</summary>
    public string? Status { get; init; }

    /// <summary>The batch of all that runs; null where there is none, or more than one.</summary>
    public string? Batch => Running.Select(job => job.Batch).Distinct().Take(2).ToList() is [{ } batch] ? batch : null;

    /// <summary>How long the rest should take; null while nobody knows.</summary>
    public TimeSpan? Left() => TimeLeft.Of(Counts, Running, Usual, _now);

    /// <summary>How long a job still takes.</summary>
    public TimeSpan Left(RunningJob job) => TimeLeft.Of(job, Usual(job.Model), _now);

    /// <summary>How much of a job is done, 0–99.</summary>
    public int Percent(RunningJob job) => (int)Math.Clamp(100 * (job.Age(_now) / Usual(job.Model)), 0, 99);

    // Rows that wait for a place are of the model that runs, as a rule.
    private TimeSpan Usual(string? model) => TimeLeft.Usual(Learned?.Invoke(model ?? (Running.Count > 0 ? Running[0].Model : null)), Counts);
}
