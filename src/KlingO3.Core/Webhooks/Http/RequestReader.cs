using System.Net;
using System.Net.Sockets;

namespace KlingO3.Webhooks.Http;

/// <summary>Reads one request from a connection: its head within a time, the judgement on that, then its body within another.</summary>
/// <param name="socket">The connection.</param>
/// <param name="sender">Whose it is, for the budget.</param>
/// <param name="server">What the server shares among its connections.</param>
internal sealed class RequestReader(Socket socket, IPAddress sender, HttpServerContext server)
{
    private const int ReceiveSize = 4096;

    private readonly byte[] _received = new byte[ReceiveSize];

    /// <summary>Reads the request.</summary>
    /// <returns>The request; null where the sender closed the connection, or never sent anything: neither is answered.</returns>
    public async Task<HttpRequest?> ReadAsync()
    {
        var reader = new HeadReader(server.Limits.MaxHeadBytes);
        ReadOnlyMemory<byte> rest = default;
        using (var deadline = new CancellationTokenSource(server.Limits.HeadTimeout, server.Time))
        {
            while (!reader.IsComplete)
            {
                if (await ReceiveAsync(deadline.Token).ConfigureAwait(false) is not { } count)
                {
                    return reader.IsEmpty ? null : new HttpRequest(null, null, WebhookRefusal.HeadTooSlow);
                }

                if (count == 0)
                {
                    return null;
                }

                rest = _received.AsMemory(reader.Append(_received.AsSpan(0, count))..count);
            }
        }

        return (reader.Refusal ?? server.Handler.CheckHead(reader.Head!)) is { } refusal
            ? new HttpRequest(reader.Head, null, refusal)
            : await ReadBodyAsync(reader.Head!, rest).ConfigureAwait(false);
    }

    private async Task<HttpRequest?> ReadBodyAsync(RequestHead head, ReadOnlyMemory<byte> rest)
    {
        using var deadline = new CancellationTokenSource(server.Limits.BodyTimeout, server.Time);
        var buffer = new BodyBuffer(server.Limits, server.Budget, sender);
        try
        {
            var reader = new BodyReader(head, buffer);
            var refusal = reader.Append(rest.Span);
            if (head.ExpectsContinue && rest.IsEmpty && !reader.IsComplete)
            {
                await socket.SendAsync(HttpAnswer.Continue, SocketFlags.None, deadline.Token).ConfigureAwait(false);
            }

            while (refusal is null && !reader.IsComplete)
            {
                var count = await ReceiveAsync(deadline.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    buffer.Dispose();
                    return null;
                }

                refusal = count is null ? WebhookRefusal.TooSlow : reader.Append(_received.AsSpan(0, count.Value));
            }

            return new HttpRequest(head, buffer, refusal);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Receives what there is; null where nothing came in time, 0 where the sender has closed the connection.</summary>
    private async Task<int?> ReceiveAsync(CancellationToken deadline)
    {
        try
        {
            return await socket.ReceiveAsync(_received, SocketFlags.None, deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
