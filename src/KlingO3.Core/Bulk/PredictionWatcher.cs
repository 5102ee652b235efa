using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Looks after everything in flight that anyone in this process waits for: each prediction once per interval, whoever and however
/// many wait, with a bounded number of GETs at a time. Where the usual duration of its model is known, it is looked at more seldom while
/// it is too young to have ended. It works only while somebody waits. It counts by a clock that nobody sets back.
/// </summary>
internal sealed partial class PredictionWatcher(KlingService service, LedgerAccess ledger, TimeSpan interval, TimeProvider time) : IDisposable
{
    private const int MostGets = 8;

    /// <summary>A new job may not be visible everywhere at once: a 404 means nothing until it is this old.</summary>
    private static readonly TimeSpan SettlingIn = TimeSpan.FromMinutes(2);

    /// <summary>Answers in a row that say that there is no such prediction before that is believed: one may be a mistake of a gateway or a replica.</summary>
    private const int MinNotFounds = 2;

    /// <summary>Polls in a row that may fail in a way that nobody expects before the waiters are given the error.</summary>
    private const int MaxUnexpectedErrors = 3;

    /// <summary>How long the loop rests after an exception of its own, by the real clock: the other one may be what failed.</summary>
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>How seldom a prediction is looked at while the service cannot be reached.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>What a timer can count to: 49 days. A longer wait has no end.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly object _lock = new();
    private readonly Dictionary<string, WatchedPrediction> _watched = new(StringComparer.Ordinal);
    private readonly PriorityQueue<WatchedPrediction, long> _due = new();
    private readonly RecentLooks _recent = new(time);
    private readonly LookPlan _plan = new(interval, new UsualDurations(ledger), time);
    private readonly WebhookTrust _webhooks = new(interval);
    private readonly SemaphoreSlim _gets = new(MostGets, MostGets);
    private TaskCompletionSource _wake = NewSignal();
    private TaskCompletionSource _anyFinal = NewSignal();
    private bool _running;
    private bool _disposed;

    /// <summary>Completes when the next prediction that is looked after ends: a slot is free.</summary>
    public Task NextFinal
    {
        get
        {
            lock (_lock)
            {
                return _anyFinal.Task;
            }
        }
    }

    /// <summary>Whether the last poll of every prediction that is watched failed: whether any has ended is not known.</summary>
    public bool IsUnreachable
    {
        get
        {
            lock (_lock)
            {
                return _watched.Count > 0 && _watched.Values.All(watched => watched.Failures > 0);
            }
        }
    }

    /// <summary>How long a job of a model takes, half of them longer; null where too few are known.</summary>
    public TimeSpan? Median(string? model) => _plan.Median(model);

    /// <summary>Completes when the prediction is final. Cancelling ends the wait and nothing else.</summary>
    /// <param name="known">What is known of it.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="changed">Told of each change of status.</param>
    /// <param name="urgency">How soon its end must be known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KlingException">KlingTimeout, or why the service will not tell.</exception>
    public async Task<KlingPrediction> WatchAsync(
        KlingPrediction known, TimeSpan timeout, IProgress<KlingPrediction>? changed, Urgency urgency, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout < LongestTimer ? timeout : Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var waiter = new Waiter(changed, urgency);
        known = InputSnapshot.Take(known);
        var watched = Add(known, waiter);
        using var last = HurryBefore(watched, waiter, timeout);
        try
        {
            return await waiter.Done.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw BulkErrors.Timeout(known, timeout, LastError(watched));
        }
        finally
        {
            Remove(watched, waiter);
        }
    }

    /// <summary>Looks after predictions until the token is cancelled, only so that <see cref="NextFinal"/> hears of them.</summary>
    public void LookAfter(IEnumerable<KlingPrediction> predictions, CancellationToken cancellationToken)
    {
        foreach (var prediction in predictions)
        {
            lock (_lock)
            {
                if (_watched.ContainsKey(prediction.Id!))
                {
                    continue;
                }
            }

            // Its age tells whether a 404 means anything. Its outcome will be in the ledger: nobody here needs the answer, nor hears of an error.
            _ = WatchAsync(prediction, Timeout.InfiniteTimeSpan, null, Urgency.Any, cancellationToken).ContinueWith(
                static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public void Dispose()
    {
        WatchedPrediction[] left;
        lock (_lock)
        {
            _disposed = true;
            left = [.. _watched.Values];
            foreach (var watched in left)
            {
                Forget(watched);
            }
        }

        foreach (var watched in left)
        {
            watched.Abandoned.Cancel();
            foreach (var waiter in watched.Waiters.ToArray())
            {
                waiter.Done.TrySetException(Closed());
            }
        }
    }

    private static KlingException Closed() => new(KlingErrorId.NetworkError, "The connection was closed.", "Run the command again.");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WatchedPrediction Add(KlingPrediction known, Waiter waiter)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                throw Closed();
            }

            if (!_watched.TryGetValue(known.Id!, out var watched))
            {
                watched = new WatchedPrediction(known);
                watched.Waiters.Add(waiter);
                Schedule(watched, FirstLook(watched));
                _watched.Add(known.Id!, watched);
            }
            else
            {
                watched.Merge(known);
                var before = watched.IsPatient;
                watched.Waiters.Add(waiter);
                if (watched.IsPatient != before && watched.DueAt is not null)
                {
                    Schedule(watched, FirstLook(watched));
                }
            }

            if (!_running)
            {
                _running = true;
                BackgroundTask.Run("watch", RunAsync);
            }

            return watched;
        }
    }

    private void Remove(WatchedPrediction watched, Waiter waiter)
    {
        bool last;
        lock (_lock)
        {
            watched.Waiters.Remove(waiter);
            last = watched.Waiters.Count == 0;
            if (last)
            {
                Forget(watched);
            }
        }

        if (last)
        {
            // A look may be on its way, and its retries after it: nobody wants to know any more.
            watched.Abandoned.Cancel();
        }
    }

    /// <summary>Looks at it no more. Whoever asks for it from now on begins anew. Called under the lock.</summary>
    private void Forget(WatchedPrediction watched)
    {
        if (_watched.TryGetValue(watched.Id, out var current) && current == watched)
        {
            _watched.Remove(watched.Id);
        }

        watched.Dropped = true;
        _wake.TrySetResult();
    }

    private string? LastError(WatchedPrediction watched)
    {
        lock (_lock)
        {
            return watched.LastError?.Message;
        }
    }

    private TimeSpan FirstLook(WatchedPrediction watched)
    {
        if (FirstLookByWebhook(watched) is { } byWebhook)
        {
            return byWebhook;
        }

        var (first, rest) = (_plan.First(watched.Latest), _recent.Rest(watched.Id));
        return first > rest ? first : rest;
    }

    private void Schedule(WatchedPrediction watched, TimeSpan pause)
    {
        watched.DueAt = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        _due.Enqueue(watched, watched.DueAt.Value);
        _wake.TrySetResult();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            WatchedPrediction? next = null;
            try
            {
                if (!Next(out var due, out var wait, out var wake))
                {
                    return;
                }

                if (due is null)
                {
                    await WaitAsync(wait, wake).ConfigureAwait(false);
                    continue;
                }

                next = due;
                await _gets.WaitAsync().ConfigureAwait(false);
                BackgroundTask.Run("poll", () => LookAsync(due));
            }
            catch (Exception error)
            {
                // Everything in flight depends on this loop: it goes on whatever happens.
                KlingEventSource.Log.BackgroundFailed("watch", error.GetType().Name);
                if (next is not null)
                {
                    OnFailedPoll(next, error);
                }

                await Task.Delay(RestartDelay).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitAsync(TimeSpan wait, Task wake)
    {
        using var delay = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(wait < LongestTimer ? wait : LongestTimer, time, delay.Token), wake).ConfigureAwait(false);
        await delay.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>What to look at now, or how long there is nothing to do. False when nobody waits any more.</summary>
    private bool Next(out WatchedPrediction? due, out TimeSpan wait, out Task wake)
    {
        lock (_lock)
        {
            (due, wait) = (null, Timeout.InfiniteTimeSpan);
            if (_wake.Task.IsCompleted)
            {
                _wake = NewSignal();
            }

            wake = _wake.Task;
            while (_due.TryPeek(out var next, out var at))
            {
                if (next.Dropped || next.DueAt != at)
                {
                    _due.Dequeue();
                    continue;
                }

                var left = time.GetElapsedTime(time.GetTimestamp(), at);
                (due, wait) = left <= TimeSpan.Zero ? (_due.Dequeue(), TimeSpan.Zero) : (null, left);
                next.DueAt = due is null ? at : null;
                break;
            }

            _running = _watched.Count > 0;
            return _running;
        }
    }

    private async Task LookAsync(WatchedPrediction watched)
    {
        try
        {
            watched.Abandoned.Token.ThrowIfCancellationRequested();
            _recent.Add(watched.Id, interval);
            KlingEventSource.Log.Polling(watched.Id);
            var state = await service.GetAsync(watched.Id, watched.Abandoned.Token).ConfigureAwait(false);
            Tell(watched, state);
        }
        catch (OperationCanceledException) when (watched.Abandoned.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception error)
        {
            OnFailedPoll(watched, error);
        }
        finally
        {
            _gets.Release();
        }
    }

    /// <summary>A poll failed, in whatever way: those who wait are given the error, or it is polled again. Neither is ever left out.</summary>
    private void OnFailedPoll(WatchedPrediction watched, Exception cause)
    {
        var error = cause as KlingException ?? BulkErrors.Unexpected($"Asking for prediction {watched.Id}", watched.Id, cause);
        bool ends;
        lock (_lock)
        {
            watched.Fail(error, time.GetTimestamp());
            ends = EndsTheWait(error, watched);
            if (!ends && !watched.Dropped)
            {
                Schedule(watched, Pause(watched, error));
                return;
            }
        }

        if (ends && error.ErrorId == KlingErrorId.NotFound)
        {
            ledger.Try(open => open.Lose(watched.Id));
        }

        Fail(watched, error);
    }

    private bool EndsTheWait(KlingException error, WatchedPrediction watched) => error.ErrorId switch
    {
        KlingErrorId.NotFound => IsGone(watched),
        KlingErrorId.Unauthorized or KlingErrorId.Forbidden or KlingErrorId.InvalidInput or KlingErrorId.PaymentRequired => true,
        KlingErrorId.Unexpected => watched.UnexpectedErrors >= MaxUnexpectedErrors,
        _ => false,
    };

    /// <summary>
    /// A 404 counts when it comes twice, and once the prediction is no longer new: by its time of creation, or, where that lies in the future (a clock
    /// was set back), by how long it has not been found.
    /// </summary>
    private bool IsGone(WatchedPrediction watched) =>
        watched.NotFounds >= MinNotFounds
        && (watched.Latest.CreatedAt is not { } created || time.GetUtcNow() - created > SettlingIn || time.GetElapsedTime(watched.NotFoundSince) > SettlingIn);

    private void Tell(WatchedPrediction watched, PredictionState state)
    {
        var before = watched.Latest;
        var latest = state.Update(before, time.GetUtcNow());
        if (latest.Status != before.Status || latest.IsFinal())
        {
            ledger.Try(open => open.Save(latest));
        }

        var pause = interval;
        if (latest.IsFinal())
        {
            _plan.Learn(latest);
        }
        else
        {
            pause = _plan.Next(latest);
            _recent.Add(watched.Id, pause);
        }

        Waiter[] waiters;
        IReadOnlyList<IProgress<Notice>> listeners = [];
        lock (_lock)
        {
            watched.Succeed(latest);
            waiters = [.. watched.Waiters];
            if (latest.IsFinal())
            {
                listeners = MissWebhook(watched);
                Forget(watched);
            }
            else
            {
                Schedule(watched, NextLook(watched, pause));
            }
        }

        TellOfMissing(latest, listeners);
        foreach (var waiter in waiters)
        {
            waiter.Tell(latest, latest.Status != before.Status);
        }

        if (latest.IsFinal())
        {
            PulseFinal();
        }
    }

    /// <summary>How long after a failed poll the next one comes. A first 404 is asked again after one interval: it may be a mistake.</summary>
    private TimeSpan Pause(WatchedPrediction watched, KlingException error)
    {
        var pause = error.ErrorId == KlingErrorId.NotFound && watched.NotFounds == 1
            ? interval
            : error.RetryAfter ?? interval * Math.Pow(2, Math.Min(watched.Failures, 10));
        return pause < interval ? interval : pause < LongestPause ? pause : LongestPause;
    }

    private void Fail(WatchedPrediction watched, KlingException error)
    {
        Waiter[] waiters;
        lock (_lock)
        {
            waiters = [.. watched.Waiters];
            Forget(watched);
        }

        foreach (var waiter in waiters)
        {
            waiter.Done.TrySetException(error);
        }

        PulseFinal();
    }

    private void PulseFinal()
    {
        lock (_lock)
        {
            _anyFinal.TrySetResult();
            _anyFinal = NewSignal();
        }
    }
}
