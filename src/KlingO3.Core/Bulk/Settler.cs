using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Settles creates whose answer was lost. The job that has the row's model and input, was made in the row's window, and belongs to no row yet, is
/// the row's. That nothing was created is proved only by a list that was read whole, twice and apart, has nothing alike, and is current. Anything else
/// leaves the row unknown: what cannot be understood counts as paid.
/// </summary>
internal sealed class Settler(KlingService service, LedgerAccess ledger, ServiceClock clock, ExecutionList executions, TimeSpan settleDelay, TimeProvider time)
{
    private const int LooksNeeded = 2;

    /// <summary>A list that shows no later job of this account is taken for current after so many <c>SettleDelay</c>s.</summary>
    private const int DelaysUntilCurrent = 10;

    /// <summary>An outage is waited through for so many <c>SettleDelay</c>s: an hour by default.</summary>
    private const int DelaysOfOutage = 120;

    private static readonly TimeSpan MinOutage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortDelay = TimeSpan.FromMilliseconds(200);

    private readonly JobMatcher _matcher = new(service, ledger, clock, executions);
    private readonly Backoff _outagePauses = new(Max(settleDelay / 6, ShortDelay), Max(settleDelay * 2, ShortDelay));
    private readonly object _lock = new();
    private long? _failingSince;

    /// <summary>How long an outage of the service is waited through.</summary>
    public TimeSpan OutageLimit { get; } = Max(settleDelay * DelaysOfOutage, MinOutage);

    /// <summary>Called while a row cannot be decided because an equal one is being sent: the process that sends it may be dead.</summary>
    public Action<IProgress<Notice>>? Stuck { get; set; }

    /// <summary>Whether the service knows any of the ids that an answer named. Null where it does not say.</summary>
    public async Task<bool?> KnowsAnyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        try
        {
            return await _matcher.KnowsAnyAsync(ids, cancellationToken).ConfigureAwait(false);
        }
        catch (KlingException)
        {
            return null;
        }
    }

    /// <summary>Settles one row, which this process owns.</summary>
    /// <exception cref="KlingException">KlingLedgerUnavailable.</exception>
    public async Task<Settlement> SettleAsync(LedgerRow row, SettleOptions options, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        notices.Report(new Notice(NoticeLevel.Verbose, $"The answer to the create of {SettleErrors.Describe(row)} was lost: the service's list of executions is searched for its job."));
        var settling = new Settling(row, options, notices, time.GetTimestamp());
        while (true)
        {
            var (settlement, pause) = await StepAsync(settling, cancellationToken).ConfigureAwait(false);
            if (settlement is not null)
            {
                return settlement;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One reading of the list: either the row is settled, or when to read again.</summary>
    private async Task<(Settlement? Settlement, TimeSpan Pause)> StepAsync(Settling settling, CancellationToken cancellationToken)
    {
        JobMatch match;
        try
        {
            await service.EnsureClockAsync(cancellationToken).ConfigureAwait(false);
            match = await _matcher.FindAsync(settling.Row, settling.Options, cancellationToken).ConfigureAwait(false);
            EndOutage();
        }
        catch (KlingException error) when (error.ErrorId != KlingErrorId.LedgerUnavailable)
        {
            return OnError(settling, error);
        }

        settling.Options.Listed();
        switch (match)
        {
            case JobMatch.Found(var id, var createdAt):
                return (new Settlement.Adopted(id, createdAt), default);
            case JobMatch.Busy when time.GetElapsedTime(settling.Began) > OutageLimit:
                return (Unresolved(settling, "an equal row has been on its way all the time"), default);
            case JobMatch.Busy:
                Stuck?.Invoke(settling.Notices);
                return (null, ShortDelay);
            case JobMatch.Unclear(var why, var candidate):
                settling.Absent = 0;
                return ++settling.Unclear >= LooksNeeded ? (Unresolved(settling, why, candidate), default) : (null, settleDelay);
            case JobMatch.Absent absent:
                settling.Unclear = 0;
                return OnAbsent(settling, absent);
            default:
                throw new InvalidOperationException($"The list was read, and it is not said what it shows: {match}.");
        }
    }

    private (Settlement? Settlement, TimeSpan Pause) OnAbsent(Settling settling, JobMatch.Absent absent)
    {
        if (absent.Missing is { } missing)
        {
            settling.Absent = 0;
            return IsOld(settling) ? (Unresolved(settling, $"the service's list does not show prediction {missing} either, which was accepted"), default) : (null, settleDelay);
        }

        return ++settling.Absent >= LooksNeeded && (absent.IsCurrent || IsOld(settling)) ? (new Settlement.NotCreated(absent is { IsEmpty: true, IsCurrent: false }), default) : (null, settleDelay);
    }

    private (Settlement? Settlement, TimeSpan Pause) OnError(Settling settling, KlingException error)
    {
        if (error.ErrorId == KlingErrorId.CreateUnknown)
        {
            settling.Options.Listed();
            return ++settling.Unclear >= LooksNeeded ? (Unresolved(settling, error.Message, null, error), default) : (null, settleDelay);
        }

        var failing = FailingFor();
        if (!RepeatPolicy.IsTransient(error) || failing > OutageLimit)
        {
            return (Unresolved(settling, $"the service's list of executions cannot be read ({error.Message})", null, error), default);
        }

        settling.Failures++;
        var pause = _outagePauses.After(settling.Failures);
        if (settling.Failures == 1)
        {
            settling.Notices.Report(new Notice(
                NoticeLevel.Warning,
                $"The answer to the create of {SettleErrors.Describe(settling.Row)} was lost, and the service's list of executions cannot be read now: {error.Message} Creating waits, and the list is read again with growing pauses, for up to {BulkErrors.Short(OutageLimit)}."));
        }

        return (null, pause);
    }

    private bool IsOld(Settling settling)
    {
        var enough = settleDelay * DelaysUntilCurrent;
        return time.GetElapsedTime(settling.Began) >= enough || time.GetUtcNow() - (settling.Row.LostAt ?? settling.Row.SentAt) >= enough;
    }

    /// <summary>How long the list has failed without a break, for whichever row.</summary>
    private TimeSpan FailingFor()
    {
        lock (_lock)
        {
            return time.GetElapsedTime(_failingSince ??= time.GetTimestamp());
        }
    }

    private void EndOutage()
    {
        lock (_lock)
        {
            _failingSince = null;
        }
    }

    private static Settlement.Unresolved Unresolved(Settling settling, string why, string? candidate = null, Exception? cause = null) =>
        new(SettleErrors.Unknown(settling.Row, settling.Options.Answer, why, candidate, cause));

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>How far the settling of a row is.</summary>
    private sealed record Settling(LedgerRow Row, SettleOptions Options, IProgress<Notice> Notices, long Began)
    {
        /// <summary>Readings in a row that found nothing.</summary>
        public int Absent { get; set; }

        /// <summary>Readings in a row that could not be decided.</summary>
        public int Unclear { get; set; }

        /// <summary>Readings that failed.</summary>
        public int Failures { get; set; }
    }
}
