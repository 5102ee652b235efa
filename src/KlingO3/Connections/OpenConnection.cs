namespace KlingO3.Connections;

/// <summary>A client and how many commands use it now.</summary>
/// <param name="client">The client. It is disposed when the connection is closed and its last command has ended.</param>
internal sealed class OpenConnection(KlingClient client)
{
    private int _leases;
    private bool _closed;

    /// <summary>The client.</summary>
    public KlingClient Client => client;

    /// <summary>Identifies the connection.</summary>
    public Guid Id => client.Connection.ConnectionId;

    /// <summary>Whether the user holds its object (<c>-PassThru</c>), so that it must outlive being the current one.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Keeps the client open for a command.</summary>
    public ConnectionLease Lease()
    {
        Interlocked.Increment(ref _leases);
        return new ConnectionLease(this);
    }

    /// <summary>A command has ended.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0 && Volatile.Read(ref _closed))
        {
            client.Dispose();
        }
    }

    /// <summary>Disposes of the client as soon as no command uses it.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        if (Volatile.Read(ref _leases) == 0)
        {
            client.Dispose();
        }
    }
}

/// <summary>A command's hold on a connection.</summary>
/// <param name="connection">The connection.</param>
internal sealed class ConnectionLease(OpenConnection connection) : IDisposable
{
    private OpenConnection? _connection = connection;

    /// <summary>The client.</summary>
    public KlingClient Client { get; } = connection.Client;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _connection, null)?.Release();
}
