namespace KlingO3;

/// <summary>
/// A connection to the service: an account, its limits and its pace. The key itself is not in here and cannot be read from it;
/// <see cref="ApiKey"/> shows its last characters only.
/// </summary>
public sealed record KlingConnection
{
    /// <summary>The address of the service.</summary>
    public required Uri BaseUri { get; init; }

    /// <summary>The key, masked: its last four characters.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The header that carries the key.</summary>
    public KlingAuthentication Authentication { get; init; }

    /// <summary>How many jobs of this account may be in flight at once. The service's limit is 10.</summary>
    public int MaxConcurrent { get; init; }

    /// <summary>How many jobs may be created in any minute. The service's limit is 100.</summary>
    public int CreatesPerMinute { get; init; }

    /// <summary>How often a job in flight is looked at. Faster than 5 seconds gains nothing.</summary>
    public TimeSpan PollInterval { get; init; }

    /// <summary>How far apart the two looks are that settle a create whose answer was lost.</summary>
    public TimeSpan SettleDelay { get; init; }

    /// <summary>The proxy, if one was given.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>
    /// The account in the ledger: its name (<c>Connect-Kling -Account</c>), else its id. Null while that is not known: a key that the ledger has
    /// not seen is matched with an account by the first command that uses the ledger.
    /// </summary>
    public string? Account { get; init; }

    /// <summary>Identifies this connection within the process.</summary>
    public Guid ConnectionId { get; init; } = Guid.NewGuid();

    /// <summary>The address and the masked key.</summary>
    public override string ToString() => $"{BaseUri} ({ApiKey})";
}
