namespace KlingO3.Bulk;

/// <content>
/// Looking by webhook: a delivery makes the next look happen now, and is believed in nothing. While deliveries come, there are no other looks; a job
/// that ends without one is found after <see cref="WebhookTrust.Patience"/>, and from then on all are looked at every interval.
/// </content>
internal sealed partial class PredictionWatcher
{
    /// <summary>How many intervals before its end a wait by webhook begins to look.</summary>
    private const int LastLooks = 3;

    /// <summary>Somebody listens for webhooks, until the result is disposed.</summary>
    /// <param name="notices">Told when they do not come.</param>
    public IDisposable ExpectWebhooks(IProgress<Notice> notices)
    {
        lock (_lock)
        {
            _webhooks.Add(notices, time.GetUtcNow());
        }

        return new Expectation(() =>
        {
            lock (_lock)
            {
                _webhooks.Remove(notices);
                HastenAll();
            }
        });
    }

    /// <summary>A webhook came: look now. Its repeats change nothing.</summary>
    public void Hint(string predictionId)
    {
        lock (_lock)
        {
            if (_watched.TryGetValue(predictionId, out var watched))
            {
                _webhooks.Restore();
                Hurry(watched);
            }
            else
            {
                _webhooks.AddEarly(predictionId);
            }
        }
    }

    private void Hurry(WatchedPrediction watched)
    {
        if (watched.Hurried || watched.Dropped)
        {
            return;
        }

        watched.Hurried = true;
        if (watched.DueAt is null)
        {
            watched.Again = true;
        }
        else
        {
            Schedule(watched, TimeSpan.Zero);
        }
    }

    /// <summary>A wait that is nearly over does not wait for a webhook: nobody may be told of a timeout whose job has ended.</summary>
    private ITimer? HurryBefore(WatchedPrediction watched, Waiter waiter, TimeSpan timeout)
    {
        if (waiter.Urgency != Urgency.Webhook || timeout >= LongestTimer || timeout < TimeSpan.Zero)
        {
            return null;
        }

        var patient = timeout - (LastLooks * interval);
        return time.CreateTimer(
            _ =>
            {
                lock (_lock)
                {
                    Hurry(watched);
                }
            },
            null,
            patient > TimeSpan.Zero ? patient : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>When to look first at a prediction that is waited for by webhook; null for when that is not so.</summary>
    private TimeSpan? FirstLookByWebhook(WatchedPrediction watched)
    {
        if (_webhooks.TakeEarly(watched.Id))
        {
            watched.Hurried = true;
            return TimeSpan.Zero;
        }

        // One that is older may have ended, and its webhook come, before anybody listened.
        if (!_webhooks.Holds || !watched.IsPatient || watched.Latest.CreatedAt is not { } created || created < _webhooks.Since)
        {
            return null;
        }

        watched.Expected = true;

        // A time of creation in the future is a wrong clock's: it must not put the first poll off.
        var age = time.GetUtcNow() - created;
        var left = age > TimeSpan.Zero ? _webhooks.Patience - age : _webhooks.Patience;
        return left > interval ? left : interval;
    }

    private TimeSpan NextLook(WatchedPrediction watched, TimeSpan planned)
    {
        if (watched.Again)
        {
            watched.Again = false;
            return TimeSpan.Zero;
        }

        if (!_webhooks.Holds || !watched.IsPatient)
        {
            // A webhook says that it has ended, whatever its age is.
            return watched.Hurried ? interval : planned;
        }

        watched.Expected = true;
        return _webhooks.Patience;
    }

    /// <summary>It has ended: was it to be told by a webhook that did not come? The service sends none for a job that was cancelled.</summary>
    private IReadOnlyList<IProgress<Notice>> MissWebhook(WatchedPrediction watched)
    {
        if (!watched.IsPatient || !watched.Expected || watched.Latest.Status == KlingStatus.Cancelled)
        {
            return [];
        }

        var listeners = _webhooks.Lose();
        if (listeners.Count > 0)
        {
            HastenAll();
        }

        return listeners;
    }

    /// <summary>Those that were to wait for a webhook are looked at like all others.</summary>
    private void HastenAll()
    {
        foreach (var watched in _watched.Values.Where(watched => watched is { IsPatient: true, DueAt: not null, Failures: 0 }))
        {
            Schedule(watched, _recent.Rest(watched.Id));
        }
    }

    private void TellOfMissing(KlingPrediction ended, IReadOnlyList<IProgress<Notice>> listeners)
    {
        foreach (var listener in listeners)
        {
            Notify(listener, new Notice(
                NoticeLevel.Warning,
                $"Prediction {ended.Id} has ended, but no webhook told of it. Until one comes, the service is asked every {interval.InSeconds()}. Check that -WebhookUrl, as the videos were created with it, leads to this listener, and that the secret is the same."));
        }
    }

    /// <summary>An exception of the listener's own must not cost those who wait their result.</summary>
    private static void Notify(IProgress<Notice> listener, Notice notice)
    {
        try
        {
            listener.Report(notice);
        }
        catch (Exception error)
        {
            KlingEventSource.Log.BackgroundFailed("notify of a missing webhook", error.GetType().Name);
        }
    }

    private sealed class Expectation(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
