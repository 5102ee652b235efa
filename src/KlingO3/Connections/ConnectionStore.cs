using KlingO3.Bulk;

namespace KlingO3.Connections;

/// <summary>
/// The connections of this process. The current one was made by <c>Connect-Kling</c>, or by the first command from the environment;
/// others are reached by the <see cref="KlingConnection"/> that <c>-PassThru</c> gave.
/// </summary>
internal static class ConnectionStore
{
    private static readonly object Gate = new();
    private static readonly Dictionary<Guid, OpenConnection> Connections = [];
    private static OpenConnection? _current;
    private static EnvironmentSettings? _madeFrom;

    /// <summary>Makes a connection the current one.</summary>
    /// <param name="options">What it is made from.</param>
    /// <param name="isHeld">Whether the user gets its object, so that it stays open when another becomes the current one.</param>
    public static KlingConnection Connect(ConnectionOptions options, bool isHeld)
    {
        var connection = new OpenConnection(KlingClient.Connect(options)) { IsHeld = isHeld };
        lock (Gate)
        {
            Replace(connection);
            _madeFrom = null;
        }

        return connection.Client.Connection;
    }

    /// <summary>The connection that a command uses, kept open until the lease is disposed.</summary>
    /// <param name="given">The value of <c>-Connection</c>; null for the current one.</param>
    /// <exception cref="KlingException"><c>KlingNoApiKey</c>, or <c>KlingInvalidInput</c> for a connection that was closed.</exception>
    public static ConnectionLease Lease(KlingConnection? given)
    {
        lock (Gate)
        {
            return (given is null ? Current() : Find(given)).Lease();
        }
    }

    /// <summary>The same for a command that can do without: null where there is no connection yet, and none is made.</summary>
    /// <param name="given">The value of <c>-Connection</c>; null for the current one.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the connection that was given is closed.</exception>
    public static ConnectionLease? LeaseOpen(KlingConnection? given)
    {
        lock (Gate)
        {
            var connection = given is not null ? Find(given)
                : _madeFrom is null || _madeFrom == EnvironmentSettings.Read() ? _current
                : null;
            return connection?.Lease();
        }
    }

    /// <summary>The current connection with its account, made from the environment if need be; null when there is none and no key either.</summary>
    public static KlingConnection? Peek()
    {
        lock (Gate)
        {
            var isConnected = _current is not null && _madeFrom is null;
            return isConnected || EnvironmentSettings.Read().HasKey ? Current().Client.Describe() : null;
        }
    }

    /// <summary>The address of the service that the next command would talk to. Makes no connection.</summary>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the environment names no address.</exception>
    public static Uri Address()
    {
        lock (Gate)
        {
            return _current is not null && _madeFrom is null
                ? _current.Client.Connection.BaseUri
                : EnvironmentSettings.Read().ReadBaseUri() ?? ConnectionOptions.DefaultBaseUri;
        }
    }

    /// <summary>What the ledger of the account in use has to offer to somebody who types. Makes no connection; null where no account is known.</summary>
    /// <param name="given">The value of <c>-Connection</c>; null for the current one.</param>
    public static LedgerHints? Hints(KlingConnection? given)
    {
        lock (Gate)
        {
            var connection = given is not null ? Find(given) : _madeFrom is null ? _current : null;
            return connection?.Client.Hints ?? (EnvironmentSettings.Read() is { HasKey: true } settings ? LedgerHints.Of(settings.ToOptions()) : null);
        }
    }

    /// <summary>Closes one connection, or the current one. Commands that run on it finish first.</summary>
    /// <param name="given">The connection; null for the current one.</param>
    public static void Close(KlingConnection? given)
    {
        lock (Gate)
        {
            var connection = given is null ? _current : Find(given);
            if (connection is null)
            {
                return;
            }

            Drop(connection);
            if (connection == _current)
            {
                _current = null;
                _madeFrom = null;
            }
        }
    }

    private static OpenConnection Current()
    {
        if (_current is not null && _madeFrom is null)
        {
            return _current;
        }

        // Asked for at every command, so that a key that was changed is used from the next command on.
        var settings = EnvironmentSettings.Read();
        if (_current is null || settings != _madeFrom)
        {
            Replace(new OpenConnection(KlingClient.Connect(settings.ToOptions())));
            _madeFrom = settings;
        }

        return _current!;
    }

    private static void Replace(OpenConnection connection)
    {
        if (_current is { } previous && !previous.IsHeld)
        {
            Drop(previous);
        }

        Connections[connection.Id] = connection;
        _current = connection;
    }

    private static void Drop(OpenConnection connection)
    {
        Connections.Remove(connection.Id);
        connection.Close();
    }

    private static OpenConnection Find(KlingConnection given) =>
        Connections.TryGetValue(given.ConnectionId, out var connection)
            ? connection
            : throw new KlingException(
                KlingErrorId.InvalidInput,
                $"The connection to {given.BaseUri} that was given with -Connection is closed, or belongs to another process.",
                "Make a new one: $connection = Connect-Kling -PassThru.");
}
