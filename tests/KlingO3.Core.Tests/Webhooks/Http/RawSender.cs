using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>A sender that writes what it likes, and reads what comes back.</summary>
internal sealed class RawSender : IDisposable
{
    private readonly Socket _socket;

    private RawSender(Socket socket) => _socket = socket;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RawSender> ConnectAsync(int port, IPAddress? address = null)
    {
        var socket = new Socket((address ?? IPAddress.Loopback).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address ?? IPAddress.Loopback, port, Cancel);
        return new RawSender(socket);
    }

    /// <summary>Sends a request on a connection of its own, and gives the first line of what comes back.</summary>
    public static async Task<string> ExchangeAsync(int port, string request, IPAddress? address = null)
    {
        using var sender = await ConnectAsync(port, address);
        await sender.SendAsync(request);
        return (await sender.ReadToEndAsync()).Split('\r')[0];
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.Latin1.GetBytes(text), Cancel);

    /// <summary>What comes next.</summary>
    public async Task<string> ReadAsync()
    {
        var buffer = new byte[1024];
        var count = await _socket.ReceiveAsync(buffer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        return Encoding.Latin1.GetString(buffer, 0, count);
    }

    /// <summary>What comes until the connection is closed; nothing more where it was reset.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var text = new StringBuilder();
        try
        {
            while (await ReadAsync() is { Length: > 0 } more)
            {
                text.Append(more);
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
