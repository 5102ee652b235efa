namespace KlingO3.Bulk;

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
