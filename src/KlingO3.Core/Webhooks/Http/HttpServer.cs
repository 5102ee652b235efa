using System.Net.Sockets;

namespace KlingO3.Webhooks.Http;

/// <summary>
/// A small HTTP/1.1 server for deliveries: one request a connection, answered without a body. Everything that a sender can make it spend has a limit
/// (<see cref="HttpLimits"/>). It lives in the module because the server of ASP.NET Core cannot be loaded into PowerShell, and HttpListener gives no
/// say over connections that are slow or too many.
/// </summary>
internal sealed class HttpServer : IDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the end waits for answers that are on their way: their requests were taken.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(300);

    private readonly HttpServerContext _context;
    private readonly ConnectionTable _connections;
    private readonly IReadOnlyList<Socket> _sockets;
    private readonly CancellationTokenSource _stop = new();
    private int _disposed;

    private HttpServer(IReadOnlyList<Socket> sockets, HttpServerContext context)
    {
        (_sockets, _context) = (sockets, context);
        _connections = new ConnectionTable(context.Limits, context.Time, evicted => context.Handler.OnRefused(WebhookRefusal.Evicted, evicted.Sender));
    }

    /// <summary>How many connections are open.</summary>
    public int Connections => _connections.Count;

    /// <summary>How many bytes of bodies are counted just now.</summary>
    public long BufferedBytes => _context.Budget.Total;

    /// <summary>Begins to listen.</summary>
    /// <param name="prefix">Where.</param>
    /// <param name="handler">Judges requests.</param>
    /// <param name="limits">What may be spent on them.</param>
    /// <param name="time">The clock of deadlines.</param>
    /// <exception cref="SocketException">The prefix cannot be listened at.</exception>
    public static HttpServer Start(WebhookPrefix prefix, IRequestHandler handler, HttpLimits limits, TimeProvider time)
    {
        // Fewer connections change hands sooner, so that as many a second get their turn.
        var max = FileHandles.CapConnections(limits.MaxConnections);
        limits = limits with { MaxConnections = max, MinLifetime = limits.MinLifetime * max / limits.MaxConnections };
        var server = new HttpServer(ListenSockets.Open(prefix), new HttpServerContext(handler, limits, new ByteBudget(limits), time));
        foreach (var socket in server._sockets)
        {
            BackgroundTask.Run("accept deliveries", () => server.AcceptAsync(socket));
        }

        return server;
    }

    /// <summary>Frees the port and closes every connection, after a moment for answers that are on their way.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Not disposed of: an accept that has just begun may still ask for its token.
        _stop.Cancel();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        var began = _context.Time.GetTimestamp();
        while (_connections.ToList().Where(connection => !connection.TryAbort()).ToList().Count > 0 && _context.Time.GetElapsedTime(began) < StopGrace)
        {
            Thread.Sleep(5);
        }
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitForRoomAsync(_stop.Token).ConfigureAwait(false);
                Serve(await listening.AcceptAsync(_stop.Token).ConfigureAwait(false));
            }
            catch (Exception error)
            {
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                // Whatever one connection was about, the next one is accepted. Senders that reset their connections must not slow that down.
                if (!IsConnectionError(error))
                {
                    OnFailed(error);
                    await Task.Delay(RestartDelay, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
    }

    private void Serve(Socket accepted)
    {
        HttpConnection connection;
        try
        {
            connection = new HttpConnection(accepted, _context);
        }
        catch
        {
            // Mostly because it is gone already.
            accepted.Dispose();
            throw;
        }

        if (!_connections.TryAdd(connection))
        {
            connection.Refuse(WebhookRefusal.TooMany);
            return;
        }

        BackgroundTask.Run("answer a delivery", () => ServeAsync(connection));
        if (_stop.IsCancellationRequested)
        {
            // It may have come too late for the end to see it.
            connection.TryAbort();
        }
    }

    private async Task ServeAsync(HttpConnection connection)
    {
        try
        {
            await connection.ServeAsync().ConfigureAwait(false);
        }
        finally
        {
            _connections.Remove(connection);
        }
    }

    private static bool IsConnectionError(Exception error) =>
        error is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NotConnected };

    private void OnFailed(Exception error)
    {
        if (error is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets })
        {
            _connections.Shrink();
        }
        else
        {
            KlingEventSource.Log.BackgroundFailed("accept deliveries", error.GetType().Name);
        }
    }
}
