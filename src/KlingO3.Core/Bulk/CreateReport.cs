namespace KlingO3.Bulk;

/// <summary>The counts of a run. When all its rows have ended, the others add up to <see cref="Rows"/>, however each of them ended.</summary>
public sealed record CreateReport
{
    /// <summary>Rows handed over.</summary>
    public int Rows { get; init; }

    /// <summary>Created now, also those whose answer was lost and that were found at the service.</summary>
    public int Created { get; init; }

    /// <summary>Known to the ledger already, or adopted from what the service lists.</summary>
    public int Found { get; init; }

    /// <summary>Refused, by the service or because the row cannot be sent.</summary>
    public int Refused { get; init; }

    /// <summary>Sent, and not settled whether a video was created.</summary>
    public int Unknown { get; init; }

    /// <summary>Not sent, because the run was stopped or the row was withdrawn.</summary>
    public int NotSent { get; init; }
}
