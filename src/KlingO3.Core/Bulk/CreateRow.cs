using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// One row, from intent to prediction: the rules of "Paying once". The intent is committed before the create is sent; the id is
/// committed before anyone hears of it; what was sent without an answer is settled before anything else happens to the row.
/// </summary>
internal sealed class CreateRow(CreateServices services, CreateOptions options, VideoRequest request, string? key, IProgress<Notice> notices)
{
    /// <summary>How often a create is tried that could not be sent at all, before anything has worked: an address may be wrong.</summary>
    private const int FirstAttempts = 4;

    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    private static readonly TimeSpan ElsewhereLook = TimeSpan.FromMilliseconds(250);

    private VideoRequest? _ready;
    private long? _firstSent;
    private int _lostCount;
    private int _resends;
    private bool _retriedUnknown;
    private bool _searched;

    /// <summary>Awaited once, when the row is found to be new and nothing of it is written down yet.</summary>
    public required Func<CancellationToken, Task> Entering { get; init; }

    /// <summary>Called each time the row's create is about to be sent.</summary>
    public required Action Sending { get; init; }

    /// <summary>Called when the row waits for what another process does: others may go on.</summary>
    public required Action Settling { get; init; }

    /// <summary>Called when the row is being settled and the service's list could be read: others may go on.</summary>
    public required Action Listed { get; init; }

    /// <summary>Told what each answer proves.</summary>
    public required Action<CreateAnswer> Answered { get; init; }

    /// <summary>Called when a row that an earlier run could not settle is settled again.</summary>
    public required Action StillUnknown { get; init; }

    /// <summary>Whether the error that the row ended with is the service's and not the row's: no other row would be taken either.</summary>
    public bool EndsTheRun { get; private set; }

    /// <summary>Told of each create on its way.</summary>
    public required Action<Task> InTheAir { get; init; }

    /// <summary>Whether the service has taken any create of this run.</summary>
    public required Func<bool> Proven { get; init; }

    /// <summary>Makes the row ready to be sent: its local files get their URLs.</summary>
    public required Func<CancellationToken, ValueTask<VideoRequest>> Upload { get; init; }

    /// <summary>Cancelled when the row is not wanted any more. A row that was sent is settled even where the run has stopped: it may be paid.</summary>
    public required CancellationToken Withdrawn { get; init; }

    /// <summary>What may be spent; null for no limit.</summary>
    public CostCap? Cap { get; init; }

    /// <summary>Finds the row's job among those that the service lists, where the user asked for that; null where there is none.</summary>
    public required Func<RowIntent, CancellationToken, Task<AdoptedRow?>> Adopt { get; init; }

    /// <summary>The row's name, for errors.</summary>
    public string? Name => request.Name;

    /// <summary>Whether a create of this row was sent, or lost by an earlier run, and it is not settled whether a job came of it.</summary>
    public bool MayExist { get; private set; }

    /// <summary>The row as it is sent.</summary>
    private VideoRequest Ready => _ready ?? request;

    private ILedger Ledger => services.Ledger.Required;

    /// <summary>Creates the row, or finds it.</summary>
    /// <param name="cancellationToken">Withdraws the row while nothing of it is on the way.</param>
    public async Task<CreateResult> RunAsync(CancellationToken cancellationToken)
    {
        services.Recovery.Begin(notices);
        var entered = false;
        while (true)
        {
            var known = Find(Ledger, request, key);
            if (known is null && !_searched)
            {
                _searched = true;
                if (await AdoptAsync(cancellationToken).ConfigureAwait(false) is { } adopted)
                {
                    return adopted;
                }
            }

            CreateResult? sent = null;
            if (known is null || MayRetire(known.Prediction))
            {
                known = null;
                if (!entered)
                {
                    entered = true;
                    await Entering(cancellationToken).ConfigureAwait(false);
                }

                _ready = await Upload(cancellationToken).ConfigureAwait(false);
                await services.Service.EnsureClockAsync(cancellationToken).ConfigureAwait(false);
                switch (await services.Gate.EnterAsync(Intent, options.RetryFailed, notices, cancellationToken).ConfigureAwait(false))
                {
                    case Reservation.Granted(var row):
                        sent = await AtWorkAsync(row, () => SendAsync(row, cancellationToken)).ConfigureAwait(false);
                        break;
                    case Reservation.Known(var other):
                        known = other;
                        break;
                }
            }

            if ((sent ?? await UseAsync(known, cancellationToken).ConfigureAwait(false)) is { } result)
            {
                return result;
            }
        }
    }

    /// <summary>What the ledger knows of a row: by its key in its batch, or by the prediction that it was made from.</summary>
    internal static LedgerRow? Find(ILedger ledger, VideoRequest request, string? key) =>
        key is not null ? ledger.Find(request.Batch!, key)
        : request is { Batch: null, PredictionId: { } id } ? ledger.Find(id)
        : null;

    /// <summary>The ledger does not know the row. Null: nor does the service, or its job failed and is to be created anew.</summary>
    private async Task<CreateResult?> AdoptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Adopt(Intent(), cancellationToken).ConfigureAwait(false) is { } found && !MayRetire(found.Prediction)
                ? new CreateResult(found.Prediction, found.IsNew ? CreateOutcome.Adopted : CreateOutcome.Found)
                : null;
        }
        catch (KlingException error) when (error.ErrorId != KlingErrorId.CreateUnknown || error.PredictionId is null)
        {
            // What the service does not tell of this row it does not tell of any.
            EndsTheRun = true;
            throw;
        }
    }

    private async Task<CreateResult?> AtWorkAsync(long row, Func<Task<CreateResult?>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            services.Ledger.Try(open => open.LetGo(row));
        }
    }

    private bool MayRetire(KlingPrediction known) => options.RetryFailed && known.Status is KlingStatus.Error or KlingStatus.Cancelled;

    private RowIntent Intent() => new(Ready.Model, Ready.Input, InputIdentity.JobHash(Ready.Model, Ready.Input))
    {
        Name = request.Name,
        Batch = request.Batch,
        Key = key,
        ServiceAhead = services.Clock.Ahead,
        LostCount = _lostCount,
        PriceClass = PriceClass.Of(Ready.Model, Ready.Input),
        Cap = Cap,
    };

    /// <summary>A row with this key is in the ledger. Null: look again.</summary>
    private async Task<CreateResult?> UseAsync(LedgerRow? known, CancellationToken cancellationToken)
    {
        if (known is null)
        {
            return null;
        }

        if (known.Prediction.Id is not null)
        {
            var current = await RefreshAsync(known.Prediction, cancellationToken).ConfigureAwait(false);
            return MayRetire(current) ? null : new CreateResult(current, CreateOutcome.Found);
        }

        if (known.Damage is not null)
        {
            // It cannot be settled, so it counts as paid.
            return options.RetryUnknown ? Forget(known) : throw LedgerErrors.DamagedIntent(known);
        }

        // Its create is on the way, or was lost. If whoever sent it is dead, it is settled here and now.
        if (Ledger.TakeOver(known.Row, unresolved: true) is [var mine])
        {
            StillUnknown();
            return await AtWorkAsync(mine.Row, () => SettleAsync(mine, null, cancellationToken)).ConfigureAwait(false);
        }

        Settling();
        await Task.Delay(ElsewhereLook, services.Time, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>The user wants a row sent of which nothing can be told. Null: it may be sent like a new one.</summary>
    private CreateResult? Forget(LedgerRow known)
    {
        Ledger.Withdraw(known.Row);
        return null;
    }

    /// <summary>The state of a prediction that was in flight when it was last heard of. If the service cannot tell now, what is known will do.</summary>
    private async Task<KlingPrediction> RefreshAsync(KlingPrediction known, CancellationToken cancellationToken)
    {
        if (known.IsFinal())
        {
            return known;
        }

        try
        {
            var current = (await services.Service.GetAsync(known.Id!, cancellationToken).ConfigureAwait(false)).Update(known, services.Time.GetUtcNow());
            Ledger.Save(current);
            return current;
        }
        catch (KlingException error) when (error.ErrorId is not (KlingErrorId.Unauthorized or KlingErrorId.LedgerUnavailable))
        {
            return known;
        }
    }

    /// <summary>Sends a row until the service takes or refuses it. Null: its answer was lost, it is proved that nothing was created, and it is sent again.</summary>
    private async Task<CreateResult?> SendAsync(long row, CancellationToken cancellationToken)
    {
        _firstSent ??= services.Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            Sending();
            var send = SendOnceAsync(row);
            InTheAir(send);
            switch (await send.ConfigureAwait(false))
            {
                case CreateAnswer.Accepted(var id):
                    return new CreateResult(Prediction(id, Ready.Input, services.Time.GetUtcNow()), CreateOutcome.Created);
                case CreateAnswer.Refused(var why):
                    throw why;
                case CreateAnswer.Held(var why):
                    services.Gate.Pause(why, notices);
                    attempt = 0;
                    break;
                case CreateAnswer.NotSent(var why):
                    await PauseAsync(row, why, attempt, cancellationToken).ConfigureAwait(false);
                    break;
                case CreateAnswer.Lost { IfUnknown: CreateAnswer.Held(var why) } lost when await services.Settler.KnowsAnyAsync(lost.Ids, cancellationToken).ConfigureAwait(false) == false:
                    MayExist = false;
                    services.Gate.Pause(why, notices);
                    attempt = 0;
                    break;
                case CreateAnswer.Lost lost:
                    return await SettleAsync(Ledger.Get(row), lost.Why, cancellationToken).ConfigureAwait(false);
            }

            await ReenterAsync(row, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends the create, and commits what its answer proves. Never cancelled: the answer must be written down.</summary>
    private async Task<CreateAnswer> SendOnceAsync(long row)
    {
        KlingEventSource.Log.CreateSending(row);
        MayExist = true;
        var answer = await services.Service.CreateAsync(Ready, CancellationToken.None).ConfigureAwait(false);
        KlingEventSource.Log.CreateAnswered(row);
        MayExist = answer is CreateAnswer.Accepted or CreateAnswer.Lost;
        switch (answer)
        {
            case CreateAnswer.Accepted(var id):
                Commit(row, id);
                break;
            case CreateAnswer.Refused:
                Ledger.Withdraw(row);
                break;
            case CreateAnswer.Lost lost:
                Ledger.MarkLost(row, lost.Reason, lost.Ids);
                break;
        }

        KlingEventSource.Log.CreateCommitted(row);
        Answered(answer);
        return answer;
    }

    /// <summary>The id of a paid job. If the ledger fails now, the user hears of the id all the same, and the next run adopts it.</summary>
    private void Commit(long row, string id)
    {
        try
        {
            Ledger.Accept(row, id, services.Time.GetUtcNow());
        }
        catch (KlingException error)
        {
            notices.Report(new Notice(NoticeLevel.Warning, $"Prediction {id} was created, but could not be written down: {error.Message} It is emitted all the same, and the next run finds it at the service."));
        }
    }

    /// <summary>Nothing left this machine: the row is sent again after a pause, until an outage has lasted too long.</summary>
    private async Task PauseAsync(long row, KlingException why, int attempt, CancellationToken cancellationToken)
    {
        if (Proven() ? IsOverOutageLimit() : attempt >= FirstAttempts)
        {
            Ledger.Withdraw(row);
            EndsTheRun = true;
            throw why;
        }

        var pause = why.RetryAfter ?? Pauses.After(attempt);
        notices.Report(new Notice(attempt == 1 ? NoticeLevel.Warning : NoticeLevel.Verbose, $"{why.Message} Nothing was created; the row is sent again in {pause.InSeconds()}."));
        await OrWithdrawAsync(row, Task.Delay(pause, services.Time, cancellationToken)).ConfigureAwait(false);
    }

    private bool IsOverOutageLimit() => _firstSent is { } first && services.Time.GetElapsedTime(first) > services.Settler.OutageLimit;

    private Task ReenterAsync(long row, CancellationToken cancellationToken) =>
        OrWithdrawAsync(row, services.Gate.ReenterAsync(row, notices, cancellationToken));

    /// <summary>Nothing of the row exists at the service: if the wait is cancelled, its intent goes.</summary>
    private async Task OrWithdrawAsync(long row, Task wait)
    {
        try
        {
            await wait.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Ledger.Withdraw(row);
            throw;
        }
    }

    /// <summary>Settles a row whose answer was lost. Null: it is proved that nothing was created, and the row may be sent like a new one.</summary>
    /// <param name="lost">The row.</param>
    /// <param name="answer">How its answer was lost; null where an earlier run lost it.</param>
    /// <param name="cancellationToken">Leaves the row to the next run.</param>
    private async Task<CreateResult?> SettleAsync(LedgerRow lost, KlingException? answer, CancellationToken cancellationToken)
    {
        Settlement settlement;
        MayExist = true;
        try
        {
            // Where the service took something that cannot be read, the next row waits: it would meet the same answer, and be paid as well.
            Action listed = lost.LostReason == LostReason.Unreadable ? () => { } : Listed;
            var how = new SettleOptions { AdoptIds = options.AdoptIds, Answer = answer, Listed = listed };
            settlement = await services.Settler.SettleAsync(lost, how, notices, Withdrawn).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Ledger.Release(lost.Row);
            throw;
        }

        switch (settlement)
        {
            case Settlement.Adopted(var id, var createdAt):
                return new CreateResult(Prediction(id, lost.Prediction.Input ?? Ready.Input, createdAt), CreateOutcome.Settled);
            case Settlement.NotCreated when lost.LostReason == LostReason.Refusal && answer is not null:
                Withdraw(lost);
                throw answer;
            case Settlement.NotCreated(var byEmptyList) when lost.MayResend(byEmptyList):
                Withdraw(lost);
                _lostCount = lost.LostCount + (byEmptyList && lost.LostReason == LostReason.ServerError ? 1 : 0);
                await PrepareResendAsync(lost, answer, cancellationToken).ConfigureAwait(false);
                return null;
            case not null when options.RetryUnknown && answer is null && !_retriedUnknown:
                // What the user asked for is one more create, and not one for each answer that is lost from now on.
                _retriedUnknown = true;
                Withdraw(lost);
                _lostCount = 0;
                return null;
            case Settlement.Unresolved(var why):
                Ledger.Release(lost.Row);
                throw why;
            default:
                Ledger.Release(lost.Row);
                throw SettleErrors.Unknown(lost, answer, "its job is not in the service's list, which may be wrong too");
        }
    }

    private void Withdraw(LedgerRow lost)
    {
        Ledger.Withdraw(lost.Row);
        MayExist = false;
    }

    /// <summary>Nothing was created. Everyone is told that the row is sent again, and when.</summary>
    private async Task PrepareResendAsync(LedgerRow lost, KlingException? answer, CancellationToken cancellationToken)
    {
        if (answer is null)
        {
            return;
        }

        if (IsOverOutageLimit())
        {
            EndsTheRun = true;
            throw answer;
        }

        var pause = Pauses.After(++_resends);
        notices.Report(new Notice(
            NoticeLevel.Warning,
            $"{SettleErrors.Describe(lost)}: {answer.Message} The service's list proves that nothing was created; the row is sent again in {pause.InSeconds()}."));
        await Task.Delay(pause, services.Time, cancellationToken).ConfigureAwait(false);
    }

    private KlingPrediction Prediction(string id, KlingInput sent, DateTimeOffset createdAt) => new()
    {
        Id = id,
        Name = request.Name,
        Batch = request.Batch,
        Status = KlingStatus.Created,
        Model = request.Model,
        Input = sent,
        CreatedAt = createdAt,
    };
}
