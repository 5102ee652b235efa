using System.Threading.Channels;
using KlingO3.Bulk;

namespace KlingO3.Webhooks;

/// <summary>
/// Listens for webhooks and, for each prediction that a good delivery names, asks the service how it ended. What the delivery claims is never
/// believed. A few are asked for at once; one that still runs is watched without taking a place from the others. Repeats are dropped: within this
/// object, and through the ledger within the account. Dispose it to free the port.
/// </summary>
public sealed class WebhookReceiver : IDisposable
{
    private const int MostAsked = 8;
    private const int MostWaiting = 10_000;

    /// <summary>How long <see cref="CloseNow"/> waits for the service's answers.</summary>
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(1);

    private readonly Func<string, CancellationToken, Task<KlingPrediction>> _ask;
    private readonly Func<KlingPrediction, CancellationToken, Task<KlingPrediction>>? _watch;
    private readonly LedgerAccess _ledger;
    private readonly IProgress<Notice> _notices;
    private readonly RefusalLog _refusals;
    private readonly WebhookListener _listener;
    private readonly Channel<Arrival> _arrivals = Channel.CreateUnbounded<Arrival>();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _emitted = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _asks = new(MostAsked, MostAsked);
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeProvider _time;
    private ITimer? _closing;
    private int _open;
    private bool _closed;
    private int _ledgerFailed;

    /// <param name="options">Where to listen, and the secret.</param>
    /// <param name="ask">Asks the service once.</param>
    /// <param name="ledger">Remembers what came out.</param>
    /// <param name="notices">Where warnings go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="watch">Waits for the end of a prediction that still runs; null where <paramref name="ask"/> does.</param>
    internal WebhookReceiver(
        WebhookOptions options,
        Func<string, CancellationToken, Task<KlingPrediction>> ask,
        LedgerAccess ledger,
        IProgress<Notice> notices,
        TimeProvider time,
        Func<KlingPrediction, CancellationToken, Task<KlingPrediction>>? watch = null)
    {
        (_ask, _watch, _ledger, _notices, _time) = (ask, watch, ledger, notices, time);
        _refusals = new RefusalLog(notices, time);
        _listener = WebhookListener.Start(options, Take, _refusals.Add, time);
        if (options.Secret is null && !WebhookPrefix.Parse(options.Prefix).IsLocal)
        {
            notices.Report(new Notice(
                NoticeLevel.Warning,
                $"Without -Secret anybody who reaches {options.Prefix} can make KlingO3 ask the service about a prediction. Nothing that a delivery claims is believed all the same."));
        }
    }

    /// <summary>Waits for the next prediction that a delivery named and the service tells of. Hand it to <see cref="Claim"/> before it is used.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The prediction; null when the receiver is closed and no delivery is left.</returns>
    /// <exception cref="KlingException">The service would not tell; the receiver goes on. A repeat of the delivery asks again.</exception>
    public async Task<KlingPrediction?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var arrival = await _arrivals.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return arrival.Prediction ?? throw arrival.Problem!;
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    /// <summary>Takes a prediction: true once for each, however often and wherever its deliveries come in. Blocks while the ledger writes.</summary>
    /// <param name="prediction">What <see cref="NextAsync"/> gave.</param>
    public bool Claim(KlingPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        var id = prediction.Id!;
        lock (_known)
        {
            if (!_emitted.Add(id))
            {
                return false;
            }
        }

        return Ask(open => open.Hear(id), true);
    }

    /// <summary>Takes no more deliveries and frees the port. What was taken still comes out of <see cref="NextAsync"/>.</summary>
    public void Close()
    {
        _listener.Dispose();
        _refusals.Close();
        lock (_known)
        {
            _closed = true;
            CompleteIfDone();
        }
    }

    /// <summary>
    /// Takes no more deliveries, frees the port, and ends within a second: predictions that still run are not waited for any more, and the service has
    /// that long to answer for the others. A warning says how many did not come out.
    /// </summary>
    public void CloseNow()
    {
        Close();
        _closing = _time.CreateTimer(_ => End(), null, CloseGrace, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing?.Dispose();
        _ended.Cancel();
        Close();
        _arrivals.Writer.TryComplete();
    }

    private void End()
    {
        int open;
        lock (_known)
        {
            open = _open;
        }

        if (open > 0 && !_ended.IsCancellationRequested)
        {
            _notices.Report(new Notice(
                NoticeLevel.Warning,
$"When listening ended, {open} of the predictions that deliveries name had not ended yet, or the service had not answered for them. Nothing was cancelled: Wait-KlingPrediction finds how they end."));
        }

        _ended.Cancel();
        _arrivals.Writer.TryComplete();
    }

    /// <summary>Called before the sender is answered: the work comes after.</summary>
    private bool Take(string id)
    {
        lock (_known)
        {
            if (_closed || _open >= MostWaiting)
            {
                return false;
            }

            if (!_known.Add(id))
            {
                return true;
            }

            _open++;
        }

        BackgroundTask.Run("follow a delivery", () => FollowAsync(id));
        return true;
    }

    private async Task FollowAsync(string id)
    {
        Arrival? arrival = null;
        try
        {
            arrival = await AskAsync(id).ConfigureAwait(false) is { } asked ? new Arrival(await WatchAsync(asked).ConfigureAwait(false), null) : null;
        }
        catch (KlingException unknown) when (unknown.ErrorId == KlingErrorId.NotFound)
        {
            _refusals.Add($"a delivery names the prediction {id}, which the service does not know for this key");
        }
        catch (KlingException problem)
        {
            arrival = new Arrival(null, problem);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // It is over.
        }
        catch (Exception error)
        {
            arrival = new Arrival(null, BulkErrors.Unexpected($"Asking for prediction {id}, which a delivery names,", id, error));
        }
        finally
        {
            Followed(id, arrival);
        }
    }

    /// <summary>Asks the service once, in one of a few places; null where the prediction has come out before.</summary>
    private async Task<KlingPrediction?> AskAsync(string id)
    {
        await _asks.WaitAsync(_ended.Token).ConfigureAwait(false);
        try
        {
            return Ask(open => open.Heard(id), false) ? null : await _ask(id, _ended.Token).ConfigureAwait(false);
        }
        finally
        {
            _asks.Release();
        }
    }

    /// <summary>Waits for one that still runs. It has no place: the watcher bounds its own requests.</summary>
    private Task<KlingPrediction> WatchAsync(KlingPrediction asked) =>
        asked.IsFinal() || _watch is null ? Task.FromResult(asked) : _watch(asked, _ended.Token);

    private void Followed(string id, Arrival? arrival)
    {
        if (arrival is not null)
        {
            _arrivals.Writer.TryWrite(arrival);
        }

        lock (_known)
        {
            if (arrival?.Prediction is null)
            {
                _known.Remove(id);
            }

            _open--;
            CompleteIfDone();
        }
    }

    private void CompleteIfDone()
    {
        if (_closed && _open == 0)
        {
            _arrivals.Writer.TryComplete();
        }
    }

    /// <summary>Whoever only listens need not have a ledger yet; and without one that works, repeats are known for as long as this object lives.</summary>
    private bool Ask(Func<ILedger, bool> ask, bool otherwise)
    {
        try
        {
            return ask(_ledger.Required);
        }
        catch (Exception error)
        {
            if (error is not ObjectDisposedException && Interlocked.Exchange(ref _ledgerFailed, 1) == 0)
            {
                _notices.Report(new Notice(NoticeLevel.Warning, $"{error.Message} Webhooks go on without it, but one that is repeated after this command may be told again."));
            }

            return otherwise;
        }
    }

    private sealed record Arrival(KlingPrediction? Prediction, KlingException? Problem);
}
