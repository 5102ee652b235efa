namespace KlingO3.Bulk;

/// <summary>A prediction that the watcher looks after. Guarded by the watcher's lock.</summary>
/// <param name="known">What is known of it.</param>
internal sealed class WatchedPrediction(KlingPrediction known)
{
    public string Id { get; } = known.Id!;

    public KlingPrediction Latest { get; set; } = known;

    public List<Waiter> Waiters { get; } = [];

    /// <summary>Looks in a row that brought no answer.</summary>
    public int Failures { get; set; }

    public KlingException? LastError { get; set; }

    /// <summary>It is not looked at any more: it has ended, or nobody waits for it.</summary>
    public bool Dropped { get; set; }

    /// <summary>Ends the look that is on its way. It has no timer, and so nothing that must be released.</summary>
    public CancellationTokenSource Abandoned { get; } = new();

    /// <summary>Takes what a later waiter knows and the earlier ones did not.</summary>
    public void Merge(KlingPrediction other) => Latest = Latest with
    {
        Name = Latest.Name ?? other.Name,
        Batch = Latest.Batch ?? other.Batch,
        Model = Latest.Model ?? other.Model,
        Input = Latest.Input ?? other.Input,
        CreatedAt = Latest.CreatedAt ?? other.CreatedAt,
    };
}

/// <summary>One who waits for a prediction.</summary>
/// <param name="changed">Told of each change of status.</param>
internal sealed class Waiter(IProgress<KlingPrediction>? changed)
{
    /// <summary>Continuations run elsewhere: a waiter's code never holds up the watcher.</summary>
    public TaskCompletionSource<KlingPrediction> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Tell(KlingPrediction latest, bool statusChanged)
    {
        if (statusChanged)
        {
            changed?.Report(latest);
        }

        if (latest.IsFinal())
        {
            Done.TrySetResult(latest);
        }
    }
}
