namespace KlingO3.Bulk;

/// <summary>Which predictions to list from the ledger. What is null does not limit.</summary>
public sealed record PredictionQuery
{
    /// <summary>Only of this batch. Wildcards * and ? are allowed.</summary>
    public string? Batch { get; init; }

    /// <summary>Only with this name. Wildcards * and ? are allowed.</summary>
    public string? Name { get; init; }

    /// <summary>Only in one of these states.</summary>
    public IReadOnlyList<KlingStatus>? Status { get; init; }

    /// <summary>Only so many, the newest.</summary>
    public int? Newest { get; init; }
}
