namespace KlingO3.Bulk;

/// <summary>A prediction that the watcher looks after. Guarded by the watcher's lock.</summary>
/// <param name="known">What is known of it.</param>
internal sealed class WatchedPrediction(KlingPrediction known)
{
    public string Id { get; } = known.Id!;

    public KlingPrediction Latest { get; set; } = known;

    public List<Waiter> Waiters { get; } = [];

    /// <summary>Looks in a row that brought no answer.</summary>
    public int Failures { get; private set; }

    /// <summary>Answers in a row that say that there is no such prediction, failed polls not counted.</summary>
    public int NotFounds { get; private set; }

    /// <summary>When the first of them came, by the watcher's clock.</summary>
    public long NotFoundSince { get; private set; }

    /// <summary>Polls since the last good one that ended in an exception nobody expects.</summary>
    public int UnexpectedErrors { get; private set; }

    public KlingException? LastError { get; private set; }

    /// <summary>When it is looked at next, by the watcher's clock; null while it is looked at. An older entry in the queue means nothing.</summary>
    public long? DueAt { get; set; }

    /// <summary>Look once more as soon as this look is over.</summary>
    public bool Again { get; set; }

    /// <summary>It is about to end, or its wait is: a webhook is not waited for any more.</summary>
    public bool Hurried { get; set; }

    /// <summary>Its webhook cannot have come before anybody listened.</summary>
    public bool Expected { get; set; }

    /// <summary>Whether everybody who wants to know how it stands would hear of it by a webhook.</summary>
    public bool IsPatient => !Hurried && Waiters.Exists(waiter => waiter.Urgency == Urgency.Webhook) && !Waiters.Exists(waiter => waiter.Urgency == Urgency.Interval);

    /// <summary>It is not looked at any more: it has ended, or nobody waits for it.</summary>
    public bool Dropped { get; set; }

    /// <summary>Ends the look that is on its way. It has no timer, and so nothing that must be released.</summary>
    public CancellationTokenSource Abandoned { get; } = new();

    /// <summary>A poll brought an answer.</summary>
    public void Succeed(KlingPrediction latest) => (Latest, Failures, NotFounds, UnexpectedErrors, LastError) = (latest, 0, 0, 0, null);

    /// <summary>A poll brought none, or one that says that there is no such prediction.</summary>
    /// <param name="error">Why.</param>
    /// <param name="now">The time, by the watcher's clock.</param>
    public void Fail(KlingException error, long now)
    {
        LastError = error;
        Failures++;
        if (error.ErrorId == KlingErrorId.NotFound && ++NotFounds == 1)
        {
            NotFoundSince = now;
        }
        else if (error.ErrorId == KlingErrorId.Unexpected)
        {
            UnexpectedErrors++;
        }
    }

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

/// <summary>How soon one who waits wants to know.</summary>
internal enum Urgency
{
    /// <summary>An interval after it ended.</summary>
    Interval,

    /// <summary>When its webhook comes; by looking only if none does.</summary>
    Webhook,

    /// <summary>Like an interval, where nobody else waits; no sooner than the others, where somebody does.</summary>
    Any,
}

/// <summary>One who waits for a prediction.</summary>
/// <param name="changed">Told of each change of status.</param>
/// <param name="urgency">How soon.</param>
internal sealed class Waiter(IProgress<KlingPrediction>? changed, Urgency urgency)
{
    public Urgency Urgency => urgency;

    /// <summary>Continuations run elsewhere: a waiter's code never holds up the watcher.</summary>
    public TaskCompletionSource<KlingPrediction> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Tell(KlingPrediction latest, bool statusChanged)
    {
        if (statusChanged)
        {
            Notify(latest);
        }

        if (latest.IsFinal())
        {
            Done.TrySetResult(latest);
        }
    }

    /// <summary>An exception of the listener's own must not cost a waiter its result.</summary>
    private void Notify(KlingPrediction latest)
    {
        try
        {
            changed?.Report(latest);
        }
        catch (Exception error)
        {
            KlingEventSource.Log.BackgroundFailed("notify of a status", error.GetType().Name);
        }
    }
}
