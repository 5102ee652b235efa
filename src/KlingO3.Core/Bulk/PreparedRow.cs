namespace KlingO3.Bulk;

/// <summary>A row of a run, looked up in the ledger before anything is done about it.</summary>
public sealed record PreparedRow
{
    internal PreparedRow(VideoRequest request, RowFiles files, string? key) => (Request, Files, Key) = (request, files, key);

    /// <summary>The row.</summary>
    public VideoRequest Request { get; }

    /// <summary>What the ledger knows of it; null where it is new. One without an id is Unknown: its answer was lost.</summary>
    public KlingPrediction? Known { get; internal init; }

    /// <summary>Whether a video would be created for it, and paid.</summary>
    public bool WouldCreate { get; internal init; }

    /// <summary>What it is estimated to cost in USD, going by earlier videos of the same model, duration and sound; null where nothing tells it.</summary>
    public decimal? Estimate { get; internal init; }

    internal RowFiles Files { get; }

    internal string? Key { get; }

    /// <summary>Whether the ledger could be asked, so that the row has its key.</summary>
    internal bool IsKeyed { get; init; }
}
