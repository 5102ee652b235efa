using System.Diagnostics.CodeAnalysis;
using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// The creates of one command. Rows are handed over in order with Submit; each is sent as soon as the limits allow.
/// What concerns every row (401, 402, no ledger, a key that cannot be proven, no free slot for an hour) stops the run: what was not sent is counted in <see cref="NotSent"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing that must be released.")]
public sealed class CreateRun
{
    /// <summary>Creates in a row that end Unknown, after which nothing more is sent.</summary>
    private const int MaxUnknowns = 3;

    /// <summary>Creates in a row without an answer that could be used, after which rows are sent one at a time until one is accepted.</summary>
    private const int LostOfOutage = 3;

    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(2);

    private readonly CreateServices _services;
    private readonly CreateOptions _options;
    private readonly IProgress<Notice> _notices;
    private readonly RowKeys _keys;
    private readonly RunCounts _counts = new();
    private readonly UnendedRows _unended = new();
    private readonly KnownCosts _costs;
    private readonly BatchAdoption _adoption;
    private readonly FreshLedgerWarning _freshLedger;
    private readonly CostCaps _caps;
    private readonly ForeignBatches _foreignBatches;
    private readonly ExposedLedgerWarning _exposedLedger;
    private readonly CancellationTokenSource _stopping = new();
    private KlingException? _stopped;
    private int _lostInARow;
    private int _unknowns;

    internal CreateRun(CreateServices services, CreateOptions options, IProgress<Notice> notices)
    {
        (_services, _options, _notices) = (services, options, notices);
        _keys = new RowKeys(() => services.Ledger.Required, options.RetryUnknown);
        _costs = new KnownCosts(services, notices);
        _adoption = new BatchAdoption(services, options, notices);
        _freshLedger = new FreshLedgerWarning(services, notices);
        _caps = new CostCaps(services, options.MaxCost);
        _foreignBatches = new ForeignBatches(services.Ledger, notices);
        _exposedLedger = new ExposedLedgerWarning(services.Ledger, notices);
    }

    /// <summary>What ended the creating (KlingUnauthorized, KlingPaymentRequired, KlingCostLimit, KlingLedgerUnavailable, KlingTimeout where no slot came free, KlingCreateUnknown after three in a row, KlingServerError or KlingNetworkError after an outage of an hour or where it could not be proven whose key it is), or null.</summary>
    public KlingException? Stopped => Volatile.Read(ref _stopped);

    /// <summary>How many submitted rows were not sent because the run was stopped.</summary>
    public int NotSent => Report.NotSent;

    /// <summary>Whether the service has accepted any create of this run, or the ledger knew any row.</summary>
    public bool AnyAccepted => Report is { Created: > 0 } or { Found: > 0 };

    /// <summary>The counts so far.</summary>
    public CreateReport Report => _counts.Report;

    /// <summary>Hands over a row. Its create starts at once, or as soon as there is room.</summary>
    /// <param name="request">The row.</param>
    /// <param name="cancellationToken">Withdraws the row if it has not been sent yet. A row that is being sent is seen through.</param>
    public CreateTicket Submit(VideoRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Submit(request, null, cancellationToken);
    }

    private CreateTicket Submit(VideoRequest request, PreparedRow? prepared, CancellationToken cancellationToken)
    {
        _counts.Count(report => report with { Rows = report.Rows + 1 });
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = RunAsync(request, prepared, next, cancellationToken);
        _unended.Add(result);
        return new CreateTicket(result, NextMayStartAsync(next.Task, result));
    }

    private async Task NextMayStartAsync(Task next, Task<CreateResult> result)
    {
        await Task.WhenAny(next, result).ConfigureAwait(false);

        // A row that ends Unknown makes no room for one that would be the fourth: those that are being settled may end Unknown too.
        if (!next.IsCompleted && result.IsFaulted && IsOutage)
        {
            await _unended.WhenAllEnded().ConfigureAwait(false);
        }
    }

    /// <summary>Hands over a row that was prepared.</summary>
    /// <param name="row">The row.</param>
    /// <param name="cancellationToken">Withdraws the row if it has not been sent yet. A row that is being sent is seen through.</param>
    public CreateTicket Submit(PreparedRow row, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Submit(row.Request, row, cancellationToken);
    }

    /// <summary>Says what would become of a row: asks the ledger, sends nothing and pays nothing. Each row of a run is prepared once, in order.</summary>
    /// <param name="request">The row.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="KlingException">KlingUploadFailed: a local file of the row cannot be read. KlingInvalidInput: its input cannot be sent.</exception>
    public async Task<PreparedRow> PrepareAsync(VideoRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = InputSnapshot.Take(request);
        var files = await RowFiles.ReadAsync(request, _services.Catalog.Rules(request.Model), _services.Uploader, cancellationToken).ConfigureAwait(false);
        await _services.Accounts.TryResolveAsync(cancellationToken).ConfigureAwait(false);
        var (key, isKeyed) = _services.Ledger.Try(_ => (KeyOf(request, files), true), (null, false));
        var known = _services.Ledger.Try(open => CreateRow.Find(open, request, key), null)?.Prediction;
        return new PreparedRow(request, files, key)
        {
            IsKeyed = isKeyed,
            Known = known,
            WouldCreate = known is null
                || (_options.RetryFailed && known.Status is KlingStatus.Error or KlingStatus.Cancelled)
                || (_options.RetryUnknown && known.Id is null),
            Estimate = CostEstimate.Of(_services.Ledger, _services.Catalog, request.Model, request.Input),
        };
    }

    /// <summary>Completes when nothing is being sent any more: at most <paramref name="grace"/> later.</summary>
    /// <param name="grace">How long to wait for answers on the way.</param>
    public Task DrainAsync(TimeSpan grace) => _counts.DrainAsync(grace);

    private async Task<CreateResult> RunAsync(VideoRequest request, PreparedRow? prepared, TaskCompletionSource next, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        CreateRow? row = null;
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            request = prepared?.Request ?? InputSnapshot.Take(request);
            if (!await HasAccountAsync(either.Token).ConfigureAwait(false))
            {
                return Unsent(null, Stopped);
            }

            var files = prepared?.Files ?? await RowFiles.ReadAsync(request, _services.Catalog.Rules(request.Model), _services.Uploader, either.Token).ConfigureAwait(false);
            row = new CreateRow(_services, _options, _keys.InBatch(request), prepared is { IsKeyed: true } ? prepared.Key : KeyOf(request, files), _notices)
            {
                Entering = token => EnterAsync(request, token),
                Adopt = (intent, token) => AdoptAsync(intent, files, token),
                Upload = token => files.UploadAsync(_services.Uploader, _notices, token),
                Sending = () => Sending(next),
                Settling = () => next.TrySetResult(),
                Listed = () => Listed(next),
                Withdrawn = cancellationToken,
                Answered = Answered,
                StillUnknown = () => Interlocked.Increment(ref _lostInARow),
                InTheAir = _counts.InTheAir,
                Proven = () => AnyAccepted,
                Cap = await _caps.OfAsync(request.Model, either.Token).ConfigureAwait(false),
            };
            var result = await row.RunAsync(either.Token).ConfigureAwait(false);
            _counts.Count(result);
            EndUnknowns(result);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _counts.CountWithdrawn(row is { MayExist: true });
            throw;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return Unsent(row, Stopped);
        }
        catch (KlingException error) when (StopsTheRun(error) || row is { EndsTheRun: true })
        {
            Stop(error);
            return Unsent(row, error);
        }
        catch (KlingException error)
        {
            _counts.Count(error);
            CountUnknown(error);
            throw;
        }
        catch (Exception error)
        {
            throw Unexpected(row, error);
        }
    }

    /// <summary>Whose rows these are must be known before any is looked for, or paid for. Where it cannot be, the run stops.</summary>
    private async Task<bool> HasAccountAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _services.Accounts.ResolveAsync(_notices, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KlingException error)
        {
            Stop(error);
            return false;
        }
    }

    private async Task EnterAsync(VideoRequest request, CancellationToken cancellationToken)
    {
        _exposedLedger.Check();
        _foreignBatches.Check(request.Batch);
        if (request.Batch is not null && _options.AdoptSince is null)
        {
            await _freshLedger.CheckAsync(request.Model, cancellationToken).ConfigureAwait(false);
        }

        await _costs.AddAsync(request.Model, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AdoptedRow?> AdoptAsync(RowIntent intent, RowFiles files, CancellationToken cancellationToken) => _options.AdoptSince switch
    {
        null => null,
        _ when intent.Batch is null => throw AdoptErrors.NeedsBatch(),
        _ => await _adoption.FindAsync(intent, files, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>
    /// Rows are sent one after the other, so that a refusal of the account finds no second create on the way. Only where answers are
    /// slow, and the account has proved good, does the next row not wait.
    /// </summary>
    private void Sending(TaskCompletionSource next)
    {
        if (AnyAccepted && !IsOutage)
        {
            _ = Task.Delay(SlowAnswer, _services.Time).ContinueWith(_ => next.TrySetResult(), TaskScheduler.Default);
        }
    }

    /// <summary>The service's list could be read, so the service is there. In an outage the next row waits until this one is settled.</summary>
    private void Listed(TaskCompletionSource next)
    {
        if (!IsOutage)
        {
            next.TrySetResult();
        }
    }

    private bool IsOutage => Volatile.Read(ref _lostInARow) >= LostOfOutage;

    private void Answered(CreateAnswer answer)
    {
        switch (answer)
        {
            case CreateAnswer.Accepted:
                Volatile.Write(ref _lostInARow, 0);
                break;
            case CreateAnswer.NotSent or CreateAnswer.Lost:
                Interlocked.Increment(ref _lostInARow);
                break;
        }
    }

    private void EndUnknowns(CreateResult result)
    {
        if (result.Outcome is CreateOutcome.Created or CreateOutcome.Settled)
        {
            Volatile.Write(ref _unknowns, 0);
            Volatile.Write(ref _lostInARow, 0);
        }
    }

    private void CountUnknown(KlingException error)
    {
        if (error.ErrorId == KlingErrorId.CreateUnknown && Interlocked.Increment(ref _unknowns) == MaxUnknowns)
        {
            Stop(SettleErrors.TooMany(MaxUnknowns, error));
        }
    }

    private string? KeyOf(VideoRequest request, RowFiles files)
    {
        if (request.Batch is null)
        {
            return null;
        }

        var known = request.PredictionId is { } id ? _services.Ledger.Required.KeyOf(request.Batch, id) : null;
        return known ?? _keys.Next(files.Identity);
    }

    /// <summary>The run has ended. A row whose create was sent, and is not settled, is not one that was not sent.</summary>
    private CreateResult Unsent(CreateRow? row, KlingException? why)
    {
        if (row is { MayExist: true })
        {
            var unknown = SettleErrors.NotSettled(row.Name, $"the run ended before its job was found ({why?.Message.TrimEnd('.')})", why);
            _counts.Count(unknown);
            throw unknown;
        }

        var unsent = new CreateResult(null, CreateOutcome.NotSent);
        _counts.Count(unsent);
        return unsent;
    }

    private KlingException Unexpected(CreateRow? row, Exception cause)
    {
        var unexpected = BulkErrors.Unexpected("Creating the video", null, cause);
        var error = row is { MayExist: true } ? SettleErrors.NotSettled(row.Name, unexpected.Message, cause) : unexpected;
        _counts.Count(error);
        CountUnknown(error);
        return error;
    }

    private void Stop(KlingException why)
    {
        if (Interlocked.CompareExchange(ref _stopped, why, null) is null)
        {
            _stopping.Cancel();
        }
    }

    private static bool StopsTheRun(KlingException error) =>
        error.ErrorId is KlingErrorId.Unauthorized or KlingErrorId.PaymentRequired or KlingErrorId.CostLimit or KlingErrorId.LedgerUnavailable or KlingErrorId.Timeout;
}
