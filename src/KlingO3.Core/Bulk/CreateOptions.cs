namespace KlingO3.Bulk;

/// <summary>How a run treats rows that the ledger knows already.</summary>
public sealed record CreateOptions
{
    /// <summary>Create failed and cancelled rows of the batch anew.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>Send rows again whose create could not be settled. They may then be paid twice.</summary>
    public bool RetryUnknown { get; init; }
}
