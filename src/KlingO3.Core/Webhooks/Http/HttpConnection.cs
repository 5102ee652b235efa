using System.Net;
using System.Net.Sockets;

namespace KlingO3.Webhooks.Http;

/// <summary>One connection: reads one request, answers it, and closes. No connection waits for another, and none holds a thread.</summary>
internal sealed class HttpConnection : ISenderConnection
{
    private const int Reading = 0;
    private const int Answering = 1;
    private const int Lingering = 2;
    private const int Aborted = 3;

    private readonly Socket _socket;
    private readonly HttpServerContext _server;
    private readonly IPAddress _remote;
    private int _state = Reading;
    private long _readingSince;

    /// <param name="socket">The connection. It is closed at the end.</param>
    /// <param name="server">What the server shares among its connections.</param>
    /// <exception cref="SocketException">The connection is gone already.</exception>
    public HttpConnection(Socket socket, HttpServerContext server)
    {
        (_socket, _server) = (socket, server);
        var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        _remote = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Sender = SenderAddress.KeyOf(address);
        AcceptedAt = server.Time.GetTimestamp();
        socket.NoDelay = true;
    }

    /// <inheritdoc/>
    public IPAddress Sender { get; }

    /// <inheritdoc/>
    public long AcceptedAt { get; }

    /// <inheritdoc/>
    public long ReadingSince => Interlocked.Read(ref _readingSince);

    /// <summary>Reads, answers and closes. It never throws.</summary>
    public async Task ServeAsync()
    {
        try
        {
            Interlocked.Exchange(ref _readingSince, _server.Time.GetTimestamp());
            using var request = await new RequestReader(_socket, Sender, _server).ReadAsync().ConfigureAwait(false);
            if (request is not null && Interlocked.CompareExchange(ref _state, Answering, Reading) == Reading)
            {
                await AnswerAsync(request).ConfigureAwait(false);
                request.Dispose();
                Volatile.Write(ref _state, Lingering);
                await LingerAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            // The sender is gone, or the server has closed the connection. Anything else is a defect that must not stay unseen.
            if (error is not (SocketException or ObjectDisposedException or OperationCanceledException))
            {
                KlingEventSource.Log.BackgroundFailed("answer a delivery", error.GetType().Name);
            }
        }
        finally
        {
            _socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public bool TryAbort()
    {
        if (Interlocked.CompareExchange(ref _state, Aborted, Reading) == Reading)
        {
            // Reset, so that the operating system keeps nothing of it either.
            _socket.Close(0);
            return true;
        }

        if (Interlocked.CompareExchange(ref _state, Aborted, Lingering) is Lingering or Aborted)
        {
            _socket.Dispose();
            return true;
        }

        return false;
    }

    /// <summary>Refuses a connection without reading anything.</summary>
    public void Refuse(WebhookRefusal refusal)
    {
        _server.Handler.OnRefused(refusal, _remote);
        TryAbort();
    }

    private async Task AnswerAsync(HttpRequest request)
    {
        var refusal = request.Refusal ?? _server.Handler.CheckBody(request.Head!, request.Body!.Bytes);
        if (refusal is not null)
        {
            _server.Handler.OnRefused(refusal, _remote);
        }

        using var deadline = new CancellationTokenSource(_server.Limits.AnswerTimeout, _server.Time);
        await _socket.SendAsync(HttpAnswer.Of(refusal?.StatusCode ?? 200, _server.Time.GetUtcNow()), SocketFlags.None, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>Discards what still comes: closing while bytes are unread resets the connection, and the sender may then not read its answer.</summary>
    private async Task LingerAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        using var deadline = new CancellationTokenSource(_server.Limits.LingerTimeout, _server.Time);
        var discarded = new byte[4096];
        for (var total = 0; total < _server.Limits.MaxDiscardedBytes;)
        {
            var count = await _socket.ReceiveAsync(discarded, SocketFlags.None, deadline.Token).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            total += count;
        }
    }
}
