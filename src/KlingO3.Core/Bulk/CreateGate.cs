using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Lets creates through as fast as the account's limits allow and no faster, and holds the others back, first come first served. The
/// limits are counted in the ledger, so that all processes of a machine keep them together.
/// </summary>
internal sealed class CreateGate(LedgerAccess ledger, Limits limits, PredictionWatcher watcher, TimeSpan pollInterval, TimeProvider time) : IDisposable
{
    /// <summary>The longest pause that is chosen where a 429 names none; a block of about 90 s was measured.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(90);

    /// <summary>Ends of predictions that could not be written down, while a row waits.</summary>
    private const int MostTroubles = 2;

    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SlotShortage _shortage = new(new SlotHolders(ledger, limits.MaxConcurrent), watcher, time);
    private readonly PauseWarnings _pauses = new(time);

    /// <summary>Called while no slot is free: the process that holds one may be dead.</summary>
    public Action<IProgress<Notice>>? Stuck { get; set; }

    /// <summary>Waits for room for a new row, and commits its intent.</summary>
    /// <param name="intent">Asked when there may be room: the service's clock is to be known as it is then, not as it was when the wait began.</param>
    /// <param name="retryFailed">Whether a failed row of its key gives way to it.</param>
    /// <param name="notices">Told why it waits.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is committed then.</param>
    /// <returns>Granted, or Known where another row has its key.</returns>
    /// <exception cref="KlingException">KlingTimeout: no slot came free for an hour, or three times the usual duration where that is longer.</exception>
    public async Task<Reservation> EnterAsync(Func<RowIntent> intent, bool retryFailed, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        using var wait = _shortage.Begin(notices);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            wait.Resume();
            return await WaitForRoomAsync(open => open.Reserve(intent(), limits, retryFailed), wait, notices, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until a row that has its intent and its slot may be sent again. It goes before rows that are still to enter.</summary>
    public Task ReenterAsync(long row, IProgress<Notice> notices, CancellationToken cancellationToken) =>
        WaitForRoomAsync(open => open.ReserveAgain(row, limits), wait: null, notices, cancellationToken);

    /// <summary>Holds all creates of the account, in every process: the service said 429.</summary>
    public void Pause(KlingException why, IProgress<Notice> notices)
    {
        var pause = _pauses.Begin(notices, () => ledger.Required.Pause(why.RetryAfter, LongestPause, why.ServiceMessage ?? "too many requests"));
        notices.Report(new Notice(
            NoticeLevel.Warning,
            $"The service accepts no more creates for now (429: {why.ServiceMessage ?? "too many requests"}). All creates pause for {pause.InSeconds()}, then go on with the same row."));
    }

    public void Dispose() => _turn.Dispose();

    private async Task<Reservation> WaitForRoomAsync(
        Func<ILedger, Reservation> reserve, SlotWait? wait, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            string? told = null;
            var troubles = ledger.Troubles;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var slotFreed = watcher.NextFinal;
                var reservation = reserve(ledger.Required);
                switch (reservation)
                {
                    case Reservation.Wait(var pause, var reason):
                        pause = RetryAfterHeader.Cap(pause);
                        if (reason is not null && _pauses.Meet(notices, pause))
                        {
                            notices.Report(PausedBefore(pause, reason));
                        }
                        else if (reason is not null && reason != told)
                        {
                            notices.Report(new Notice(NoticeLevel.Verbose, $"Waiting {pause.InSeconds()}: creates are paused ({reason})."));
                        }

                        told = reason ?? told;
                        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                        wait?.Restart();
                        break;
                    case Reservation.OverCost over:
                        throw CostErrors.Limit(over);
                    case Reservation.Full(var byCost):
                        if (ledger.Troubles - troubles >= MostTroubles && ledger.Trouble is { } trouble)
                        {
                            // Predictions end, but that cannot be written down: no slot would ever be free.
                            throw trouble;
                        }

                        WatchSlots(wait, byCost, notices, waiting.Token);
                        await LookLaterAsync(slotFreed, cancellationToken).ConfigureAwait(false);
                        break;
                    case Reservation.Granted(var row):
                        wait?.Granted(row);
                        return reservation;
                    default:
                        return reservation;
                }
            }
        }
        finally
        {
            await waiting.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Slots may be held by predictions that are not polled by any process, and by rows of a dead one.</summary>
    private void WatchSlots(SlotWait? wait, bool byCost, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        Stuck?.Invoke(notices);
        var jobs = ledger.Required.InFlight();
        wait?.Check(jobs, byCost);
        watcher.LookAfter(jobs, cancellationToken);
    }

    /// <summary>A pause that this run did not cause would otherwise be a wait without a reason.</summary>
    private static Notice PausedBefore(TimeSpan pause, string reason) => new(
        NoticeLevel.Warning,
        $"Creates of this account are paused for another {pause.InSeconds()}: the service told an earlier run or another process to wait (429: {reason}). They then go on by themselves.");

    /// <summary>Until a slot is freed in this process, or another process may have freed one.</summary>
    private async Task LookLaterAsync(Task slotFreed, CancellationToken cancellationToken)
    {
        var look = TimeSpan.FromTicks(Math.Clamp(pollInterval.Ticks / 2, ShortestLook.Ticks, LongestLook.Ticks));
        using var delay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(slotFreed, Task.Delay(look, time, delay.Token)).ConfigureAwait(false);
        await delay.CancelAsync().ConfigureAwait(false);
    }
}
