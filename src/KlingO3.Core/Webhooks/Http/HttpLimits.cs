namespace KlingO3.Webhooks.Http;

/// <summary>What one server spends on its senders: time, connections and memory.</summary>
internal sealed record HttpLimits
{
    /// <summary>How long the request line and the headers may take, from the moment the connection is accepted.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the body may take, from the end of the headers. The service's fit one packet.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long sending an answer may take.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a sender may take to close the connection after its answer. What it still sends is discarded.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many bytes are discarded after an answer: closing earlier would reset the connection, and the sender might not read its answer.</summary>
    public int MaxDiscardedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many connections are open at once, over all senders.</summary>
    public int MaxConnections { get; init; } = 128;

    /// <summary>How many connections one sender has at once. It does not hold for loopback: a proxy on this machine speaks for all senders.</summary>
    public int MaxConnectionsPerSender { get; init; } = 64;

    /// <summary>How long a connection is safe from being closed in favour of a new one while there are as many as allowed.</summary>
    public TimeSpan MinLifetime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The most bytes of a request line with its headers.</summary>
    public int MaxHeadBytes { get; init; } = 16 * 1024;

    /// <summary>The most bytes of a body. The service's have a few hundred.</summary>
    public int MaxBodyBytes { get; init; } = DeliveryBody.Largest;

    /// <summary>How many bytes of each body do not count towards the two limits below, so that large bodies never keep out small ones.</summary>
    public int UncountedBodyBytes { get; init; } = 16 * 1024;

    /// <summary>How many bytes of bodies are buffered at once, over all senders.</summary>
    public long MaxBufferedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many bytes of bodies are buffered at once for one sender.</summary>
    public long MaxBufferedBytesPerSender { get; init; } = 4 * 1024 * 1024;
}
