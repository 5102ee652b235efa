namespace KlingO3;

/// <summary>What a connection is made from.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The address of the service, version included.</summary>
    public static readonly Uri DefaultBaseUri = new("https://api.eachlabs.ai/v1");

    /// <summary>The API key. It stays in memory.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The address of the service: https, or http on loopback.</summary>
    public Uri BaseUri { get; init; } = DefaultBaseUri;

    /// <summary>The header that carries the key.</summary>
    public KlingAuthentication Authentication { get; init; }

    /// <summary>Jobs in flight at once, 1..1000. The service's limit is 10.</summary>
    public int MaxConcurrent { get; init; } = 10;

    /// <summary>Creates in any minute, 1..100000. The service's limit is 100.</summary>
    public int CreatesPerMinute { get; init; } = 100;

    /// <summary>How often a job in flight is looked at, 10 ms..1 hour.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far apart the two looks are that settle a lost create, 0..1 hour.</summary>
    public TimeSpan SettleDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The proxy, if any.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The folder of the ledger; null for <c>KLINGO3_HOME</c>, else the user's local application data.</summary>
    public string? Home { get; init; }

    /// <summary>The text without the key.</summary>
    public override string ToString() => $"{nameof(ConnectionOptions)} {BaseUri}";
}
