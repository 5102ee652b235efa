namespace KlingO3.Bulk;

/// <summary>
/// The creates of one command. Rows are handed over in order with <see cref="Submit"/>; each is sent as soon as the limits allow.
/// A refusal that concerns the account (401, 402) stops the run: what was not sent is counted in <see cref="NotSent"/>.
/// </summary>
public sealed class CreateRun
{
    /// <summary>Hands over a row. Its create starts at once, or as soon as there is room.</summary>
    /// <param name="request">The row.</param>
    /// <param name="cancellationToken">Withdraws the row if it has not been sent yet. A row that is being sent is seen through.</param>
    public CreateTicket Submit(VideoRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The refusal that ended the creating (KlingUnauthorized, KlingPaymentRequired, KlingLedgerUnavailable), or null.</summary>
    public KlingException? Stopped { get; }

    /// <summary>How many submitted rows were not sent because the run was stopped.</summary>
    public int NotSent { get; }

    /// <summary>Whether the service has accepted any create of this run, or the ledger knew any row.</summary>
    public bool AnyAccepted { get; }

    /// <summary>The counts so far.</summary>
    public CreateReport Report { get; } = new();

    /// <summary>Completes when nothing is being sent any more: at most <paramref name="grace"/> later.</summary>
    /// <param name="grace">How long to wait for answers on the way.</param>
    public Task DrainAsync(TimeSpan grace) => throw new NotImplementedException();
}

/// <summary>One row on its way.</summary>
/// <param name="result">See <see cref="Result"/>.</param>
/// <param name="nextMayStart">See <see cref="NextMayStart"/>.</param>
public sealed class CreateTicket(Task<CreateResult> result, Task nextMayStart)
{
    /// <summary>The row's prediction. Faults with <see cref="KlingException"/> if the row was refused or could not be settled, is cancelled if it was withdrawn.</summary>
    public Task<CreateResult> Result { get; } = result;

    /// <summary>Completes when the next row may be handed over: this one is answered, or is being settled, or its answer is slow. Never faults.</summary>
    public Task NextMayStart { get; } = nextMayStart;
}

/// <summary>What became of a row.</summary>
/// <param name="Prediction">The prediction.</param>
/// <param name="Outcome">How it came about.</param>
public sealed record CreateResult(KlingPrediction Prediction, CreateOutcome Outcome);

/// <summary>How a row came to its prediction.</summary>
public enum CreateOutcome
{
    /// <summary>It was created now.</summary>
    Created,

    /// <summary>The ledger knew it: nothing was created and nothing paid.</summary>
    Found,

    /// <summary>Its answer had been lost; it was found at the service and adopted.</summary>
    Adopted,

    /// <summary>The run had been stopped: it was not sent. There is no prediction.</summary>
    NotSent,
}

/// <summary>The counts of a run.</summary>
public sealed record CreateReport
{
    /// <summary>Rows handed over.</summary>
    public int Rows { get; init; }

    /// <summary>Created now, adopted ones included.</summary>
    public int Created { get; init; }

    /// <summary>Known to the ledger already.</summary>
    public int Found { get; init; }

    /// <summary>Refused by the service.</summary>
    public int Refused { get; init; }

    /// <summary>Not settled: created or not, nobody knows.</summary>
    public int Unknown { get; init; }

    /// <summary>Not sent, because the run was stopped.</summary>
    public int NotSent { get; init; }
}
