namespace KlingO3.Bulk;

/// <summary>How a run treats rows that the ledger knows already.</summary>
public sealed record CreateOptions
{
    /// <summary>Create failed and cancelled rows of the batch anew.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>Send rows again whose create could not be settled. They may then be paid twice.</summary>
    public bool RetryUnknown { get; init; }

    /// <summary>Predictions that the user knows to be these rows': a row whose create could not be settled takes one whose input may be its own.</summary>
    public IReadOnlyList<string> AdoptIds { get; init; } = [];

    /// <summary>
    /// How far back the service's executions are searched for the jobs of rows that the ledger does not know, before any is created; null to
    /// create such rows at once.
    /// </summary>
    public TimeSpan? AdoptSince { get; init; }

    /// <summary>What the batch may cost in USD, or the run where there is no batch; null for no limit.</summary>
    public decimal? MaxCost { get; init; }
}
