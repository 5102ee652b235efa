using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Looks after everything in flight that anyone in this process waits for: each prediction once per interval, whoever and however
/// many wait, with a bounded number of GETs at a time. It works only while somebody waits.
/// </summary>
internal sealed class PredictionWatcher(KlingService service, LedgerAccess ledger, TimeSpan interval, TimeProvider time) : IDisposable
{
    private const int MostGets = 8;

    /// <summary>A new job may not be visible everywhere at once: a 404 means nothing until it is this old.</summary>
    private static readonly TimeSpan SettlingIn = TimeSpan.FromMinutes(2);

    /// <summary>How seldom a prediction is looked at while the service cannot be reached.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly object _lock = new();
    private readonly Dictionary<string, WatchedPrediction> _watched = new(StringComparer.Ordinal);
    private readonly PriorityQueue<WatchedPrediction, long> _due = new();
    private readonly SemaphoreSlim _gets = new(MostGets, MostGets);
    private readonly CancellationTokenSource _ended = new();
    private TaskCompletionSource _wake = NewSignal();
    private TaskCompletionSource _anyFinal = NewSignal();
    private bool _running;

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

    /// <summary>Completes when the prediction is final. Cancelling ends the wait and nothing else.</summary>
    /// <param name="known">What is known of it.</param>
    /// <param name="changed">Told of each change of status.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<KlingPrediction> WatchAsync(KlingPrediction known, IProgress<KlingPrediction>? changed, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(changed);
        var watched = Add(known, waiter);
        try
        {
            return await waiter.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Remove(watched, waiter);
        }
    }

    /// <summary>Looks after predictions until the token is cancelled, only so that <see cref="NextFinal"/> hears of them.</summary>
    public void LookAfter(IEnumerable<string> predictionIds, CancellationToken cancellationToken)
    {
        foreach (var id in predictionIds)
        {
            lock (_lock)
            {
                if (_watched.ContainsKey(id))
                {
                    continue;
                }
            }

            // Its outcome is in the ledger; nobody here needs the answer, nor hears of an error.
            _ = WatchAsync(new KlingPrediction { Id = id }, null, cancellationToken).ContinueWith(
                static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The last thing that went wrong while asking for a prediction, for the message of a wait that ran out.</summary>
    public string? LastError(string id)
    {
        lock (_lock)
        {
            return _watched.TryGetValue(id, out var watched) ? watched.LastError?.Message : null;
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WatchedPrediction Add(KlingPrediction known, Waiter waiter)
    {
        lock (_lock)
        {
            if (!_watched.TryGetValue(known.Id!, out var watched))
            {
                watched = new WatchedPrediction(known);
                _watched.Add(known.Id!, watched);
                Schedule(watched, FirstLook(known));
            }
            else
            {
                watched.Merge(known);
            }

            watched.Waiters.Add(waiter);
            if (!_running)
            {
                _running = true;
                _ = Task.Run(RunAsync);
            }

            return watched;
        }
    }

    private void Remove(WatchedPrediction watched, Waiter waiter)
    {
        lock (_lock)
        {
            watched.Waiters.Remove(waiter);
            if (watched.Waiters.Count == 0)
            {
                _watched.Remove(watched.Id);
                watched.Dropped = true;
                _wake.TrySetResult();
            }
        }
    }

    /// <summary>A job that was made this moment has not ended yet; one of unknown age may have.</summary>
    private DateTimeOffset FirstLook(KlingPrediction known)
    {
        var now = time.GetUtcNow();
        return known.CreatedAt is { } created && created <= now && created + interval > now ? created + interval : now;
    }

    private void Schedule(WatchedPrediction watched, DateTimeOffset at)
    {
        _due.Enqueue(watched, at.UtcTicks);
        _wake.TrySetResult();
    }

    private async Task RunAsync()
    {
        while (Next(out var due, out var wait, out var wake))
        {
            if (due is null)
            {
                await WaitAsync(wait, wake).ConfigureAwait(false);
                continue;
            }

            await _gets.WaitAsync().ConfigureAwait(false);
            _ = Task.Run(() => LookAsync(due));
        }
    }

    private async Task WaitAsync(TimeSpan wait, Task wake)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        await Task.WhenAny(Task.Delay(wait, time, either.Token), wake).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
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
                if (next.Dropped)
                {
                    _due.Dequeue();
                    continue;
                }

                var left = at - time.GetUtcNow().UtcTicks;
                (due, wait) = left <= 0 ? (_due.Dequeue(), TimeSpan.Zero) : (null, TimeSpan.FromTicks(left));
                break;
            }

            _running = (_watched.Count > 0 || due is not null) && !_ended.IsCancellationRequested;
            return _running;
        }
    }

    private async Task LookAsync(WatchedPrediction watched)
    {
        try
        {
            KlingEventSource.Log.Polling(watched.Id);
            var state = await service.GetAsync(watched.Id, _ended.Token).ConfigureAwait(false);
            Tell(watched, state);
        }
        catch (KlingException error) when (!EndsTheWait(error, watched))
        {
            LookAgain(watched, error);
        }
        catch (KlingException error)
        {
            Fail(watched, error);
        }
        catch (OperationCanceledException)
        {
            // The client was disposed.
            Fail(watched, new KlingException(KlingErrorId.NetworkError, "The connection was closed.", "Run the command again."));
        }
        finally
        {
            _gets.Release();
        }
    }

    private bool EndsTheWait(KlingException error, WatchedPrediction watched) => error.ErrorId switch
    {
        KlingErrorId.NotFound => watched.Latest.CreatedAt is not { } created || time.GetUtcNow() - created > SettlingIn,
        KlingErrorId.Unauthorized or KlingErrorId.Forbidden or KlingErrorId.InvalidInput or KlingErrorId.PaymentRequired => true,
        _ => false,
    };

    private void Tell(WatchedPrediction watched, PredictionState state)
    {
        var before = watched.Latest;
        var latest = state.Update(before, time.GetUtcNow());
        if (latest.Status != before.Status || latest.IsFinal())
        {
            ledger.Try(open => open.Save(latest));
        }

        Waiter[] waiters;
        lock (_lock)
        {
            (watched.Latest, watched.Failures, watched.LastError) = (latest, 0, null);
            waiters = [.. watched.Waiters];
            if (!latest.IsFinal())
            {
                Schedule(watched, time.GetUtcNow() + interval);
            }
        }

        foreach (var waiter in waiters)
        {
            waiter.Tell(latest, latest.Status != before.Status);
        }

        if (latest.IsFinal())
        {
            PulseFinal();
        }
    }

    private void LookAgain(WatchedPrediction watched, KlingException error)
    {
        lock (_lock)
        {
            watched.LastError = error;
            watched.Failures++;
            var pause = error.RetryAfter ?? interval * Math.Pow(2, Math.Min(watched.Failures, 10));
            Schedule(watched, time.GetUtcNow() + (pause < LongestPause ? pause : LongestPause));
        }
    }

    private void Fail(WatchedPrediction watched, KlingException error)
    {
        if (error.ErrorId == KlingErrorId.NotFound)
        {
            ledger.Try(open => open.Lose(watched.Id));
        }

        Waiter[] waiters;
        lock (_lock)
        {
            waiters = [.. watched.Waiters];
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
