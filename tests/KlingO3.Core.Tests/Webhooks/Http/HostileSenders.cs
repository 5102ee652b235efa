using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>Connections that never become a delivery. Each that is closed connects anew.</summary>
internal sealed class HostileSenders : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _tasks;
    private readonly int _port;
    private int _connected;

    public HostileSenders(int port, int count)
    {
        _port = port;
        _tasks = [.. Enumerable.Range(0, count).Select(i => Task.Run(() => AttackAsync(i)))];
    }

    /// <summary>How many connections were made.</summary>
    public int Connected => _connected;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_tasks);
        _end.Dispose();
    }

    private async Task AttackAsync(int kind)
    {
        var random = new Random(kind);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
                Interlocked.Increment(ref _connected);
                await socket.SendAsync(Beginning(kind, random), _end.Token);
                while (true)
                {
                    await Task.Delay(3 * Pause, _end.Token);
                    await socket.SendAsync("a"u8.ToArray(), _end.Token);
                }
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                // It was closed, or this is over.
                await Task.Delay(Pause);
            }
        }
    }

    private static byte[] Beginning(int kind, Random random)
    {
        switch (kind % 7)
        {
            case 0: return "POST /kling/ HTTP/1.1\r\nX: "u8.ToArray();
            case 1: return "POST /kling/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray();
            case 2: return "POST /elsewhere HTTP/1.1\r\nHost: b\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray();
            case 3:
                var garbage = new byte[random.Next(1, 3000)];
                random.NextBytes(garbage);
                return garbage;
            case 4: return [];
            case 5: return "\u0016\u0003\u0001"u8.ToArray();
            default:
                // Signed in form, so that its body is read, and never whole.
                var forged = Delivery.Of("forged", "not the secret");
                return Encoding.ASCII.GetBytes(
                    $"POST /kling/ HTTP/1.1\r\nHost: a\r\nX-Webhook-Signature: {forged.Signature}\r\nX-Webhook-Timestamp: {forged.Timestamp}\r\nContent-Length: 1000000\r\n\r\n{new string(' ', 50_000)}");
        }
    }
}
