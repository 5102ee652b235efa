using System.Runtime.CompilerServices;

namespace KlingO3.Bulk;

/// <summary>
/// Measures how long rows have waited at the gate without any slot coming free, warns of it and ends the wait. Its clock runs only while a row waits for a
/// slot and the service answers: neither a suspended machine nor an outage of up to an hour counts. Thread-safe.
/// </summary>
internal sealed class SlotShortage(SlotHolders holders, PredictionWatcher watcher, TimeProvider time)
{
    private static readonly TimeSpan FirstWarning = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxOutage = TimeSpan.FromHours(1);

    /// <summary>A longer step means that the process did not run: the machine was suspended.</summary>
    private static readonly TimeSpan MaxStep = TimeSpan.FromMinutes(1);

    /// <summary>The timeout as a multiple of the usual duration, where that is longer than <see cref="MinTimeout"/>.</summary>
    private const int TimeoutFactor = 3;

    private readonly object _lock = new();
    private readonly ConditionalWeakTable<IProgress<Notice>, Warnings> _warnings = [];
    private readonly List<SlotWait> _waits = [];
    private HashSet<string> _inFlight = [];
    private TimeSpan _clock;
    private TimeSpan _freedAt;
    private TimeSpan _outage;
    private long _checkedAt;

    /// <summary>A row begins to wait. Dispose of the result when it waits no more.</summary>
    /// <param name="notices">Where the row's run is warned, once for all its rows.</param>
    public SlotWait Begin(IProgress<Notice> notices)
    {
        lock (_lock)
        {
            var wait = new SlotWait(this, notices, _clock);
            _waits.Add(wait);
            return wait;
        }
    }

    /// <summary>See <see cref="SlotWait.Resume"/>.</summary>
    internal void Resume()
    {
        lock (_lock)
        {
            _checkedAt = time.GetTimestamp();
        }
    }

    /// <summary>See <see cref="SlotWait.Granted"/>.</summary>
    internal void Granted(long row)
    {
        holders.Add(row);
        Restart();
    }

    /// <summary>See <see cref="SlotWait.Restart"/>.</summary>
    internal void Restart()
    {
        lock (_lock)
        {
            _checkedAt = time.GetTimestamp();
            (_freedAt, _outage) = (_clock, TimeSpan.Zero);
        }
    }

    /// <summary>See <see cref="SlotWait.Check"/>.</summary>
    internal void Check(SlotWait wait, IReadOnlyList<KlingPrediction> jobs, bool byCost)
    {
        var timeout = Timeout(jobs);
        lock (_lock)
        {
            Advance(jobs);
            var blocked = Blocked(wait);
            if (blocked >= timeout)
            {
                throw BulkErrors.NoFreeSlot(blocked, holders.Describe(jobs, byCost));
            }

            Warn(jobs, byCost, timeout);
        }
    }

    /// <summary>See <see cref="SlotWait.Dispose"/>.</summary>
    internal void End(SlotWait wait)
    {
        lock (_lock)
        {
            _waits.Remove(wait);
            if (_warnings.TryGetValue(wait.Notices, out var warnings) && warnings.IsBlocked && !_waits.Exists(other => other.Notices == wait.Notices))
            {
                warnings.IsBlocked = false;
                wait.Notices.Report(new Notice(NoticeLevel.Progress, "") { Status = "" });
            }
        }
    }

    private void Advance(IReadOnlyList<KlingPrediction> jobs)
    {
        var step = time.GetElapsedTime(_checkedAt);
        step = step < MaxStep ? step : MaxStep;
        _checkedAt = time.GetTimestamp();
        if (_outage < MaxOutage && watcher.IsUnreachable)
        {
            _outage += step;
        }
        else
        {
            _clock += step;
        }

        var inFlight = jobs.Select(job => job.Id!).ToHashSet(StringComparer.Ordinal);
        if (!_inFlight.IsSubsetOf(inFlight))
        {
            // A job has ended, and another process was quicker to take its slot.
            (_freedAt, _outage) = (_clock, TimeSpan.Zero);
        }

        _inFlight = inFlight;
    }

    private TimeSpan Blocked(SlotWait wait) => _clock - (wait.Since > _freedAt ? wait.Since : _freedAt);

    /// <summary>
    /// Warns each run that waits: once after <see cref="FirstWarning"/>, for that is usual where there are more rows than slots, and then only where no
    /// slot has come free for <see cref="WarningInterval"/>.
    /// </summary>
    private void Warn(IReadOnlyList<KlingPrediction> jobs, bool byCost, TimeSpan timeout)
    {
        foreach (var wait in _waits)
        {
            var (warnings, blocked) = (_warnings.GetOrCreateValue(wait.Notices), Blocked(wait));
            if (warnings.LastAt is { } last ? blocked >= WarningInterval && _clock - last >= WarningInterval : blocked >= FirstWarning)
            {
                (warnings.LastAt, warnings.IsBlocked) = (_clock, true);
                var since = time.GetUtcNow() - blocked;
                wait.Notices.Report(new Notice(
                    NoticeLevel.Warning,
                    $"No slot has come free for {BulkErrors.Short(blocked)}, and rows wait. {holders.Describe(jobs, byCost)} The rows go on when one ends; the creating ends with an error when none has ended for {BulkErrors.Short(timeout)}.")
                {
                    Status = FormattableString.Invariant($"no free slot since {since.UtcDateTime:HH:mm} UTC"),
                });
            }
        }
    }

    private TimeSpan Timeout(IReadOnlyList<KlingPrediction> jobs)
    {
        var usual = TimeoutFactor * (jobs.Select(job => job.Model).Distinct().Max(watcher.Median) ?? TimeSpan.Zero);
        return usual > MinTimeout ? usual : MinTimeout;
    }

    private sealed class Warnings
    {
        /// <summary>When the run was last warned, by the clock of the shortage.</summary>
        public TimeSpan? LastAt { get; set; }

        /// <summary>Whether its progress says that it waits for a slot.</summary>
        public bool IsBlocked { get; set; }
    }
}

/// <summary>A row that waits for a slot.</summary>
/// <param name="shortage">Where it waits.</param>
/// <param name="notices">Where its run is warned.</param>
/// <param name="since">When it began to wait, by the clock of <paramref name="shortage"/>.</param>
internal sealed class SlotWait(SlotShortage shortage, IProgress<Notice> notices, TimeSpan since) : IDisposable
{
    public IProgress<Notice> Notices => notices;

    public TimeSpan Since => since;

    /// <summary>It is the row's turn to ask for a slot: what passed before is not counted.</summary>
    public void Resume() => shortage.Resume();

    /// <summary>No slot is free. Called again and again while that is so.</summary>
    /// <param name="jobs">What is in flight.</param>
    /// <param name="byCost">Whether it is a limit on the cost that leaves no room.</param>
    /// <exception cref="KlingException">KlingTimeout: no slot has come free for too long.</exception>
    public void Check(IReadOnlyList<KlingPrediction> jobs, bool byCost = false) => shortage.Check(this, jobs, byCost);

    /// <summary>Creates were held back for another reason: the time without a free slot begins anew.</summary>
    public void Restart() => shortage.Restart();

    /// <summary>The row got a slot.</summary>
    /// <param name="row">Its number in the ledger.</param>
    public void Granted(long row) => shortage.Granted(row);

    /// <summary>The row waits no more.</summary>
    public void Dispose() => shortage.End(this);
}
