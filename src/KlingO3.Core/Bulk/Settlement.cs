namespace KlingO3.Bulk;

/// <summary>What became of a create whose answer was lost.</summary>
internal abstract record Settlement
{
    /// <summary>The job exists; the row owns it now.</summary>
    internal sealed record Adopted(string Id, DateTimeOffset CreatedAt) : Settlement;

    /// <summary>The service's list proves that nothing was created.</summary>
    /// <param name="ByEmptyList">Whether the list has never shown anything: such a proof by time alone is good for one more create.</param>
    internal sealed record NotCreated(bool ByEmptyList) : Settlement;

    /// <summary>It cannot be told. The row must not be sent.</summary>
    internal sealed record Unresolved(KlingException Why) : Settlement;
}

/// <summary>How a row is to be settled.</summary>
internal sealed record SettleOptions
{
    /// <summary>Predictions that the user says are the rows': a lost row takes one whose input may be its own.</summary>
    public IReadOnlyList<string> AdoptIds { get; init; } = [];

    /// <summary>Called when the service's list has been read: the service is there, and other rows may go on.</summary>
    public Action Listed { get; init; } = () => { };

    /// <summary>How the answer was lost, in the words of the answer; null where an earlier run lost it.</summary>
    public KlingException? Answer { get; init; }
}
