using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>A server made of a socket, for answers that no decent server gives. It keeps connections open as long as its answers let it.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Func<RawCall, Task> _answer;
    private readonly ConcurrentQueue<RawRequest> _requests = new();
    private readonly Task _accepting;
    private int _connections;

    public RawServer(Func<RawCall, Task> answer)
    {
        _answer = answer;
        _listener.Start(512);
        Uri = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Uri { get; }

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<RawRequest> Requests => [.. _requests];

    /// <summary>How many connections were ever made: also those on which nothing was said.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public Uri At(string path) => new(Uri, path);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_ended.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It stopped listening.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            try
            {
                var stream = new NetworkStream(socket);
                var reader = new BufferedStream(stream, 16 * 1024);
                while (await ReadAsync(reader) is { } request)
                {
                    _requests.Enqueue(request);
                    var call = new RawCall(request, socket, stream, _ended.Token);
                    await _answer(call);
                    if (call.Closes)
                    {
                        return;
                    }
                }
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The caller is gone, or the test is over.
            }
        }
    }

    private async Task<RawRequest?> ReadAsync(BufferedStream stream)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (await stream.ReadAsync(one, _ended.Token) == 0)
            {
                return null;
            }

            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            var text = line.ToString().TrimEnd('\r');
            line.Clear();
            if (text.Length == 0)
            {
                break;
            }

            lines.Add(text);
        }

        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(header => header.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, _ended.Token);
        return new RawRequest(first[0], first[1], headers, body);
    }
}

/// <summary>A request, as it was written.</summary>
internal sealed record RawRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A request that waits for its answer.</summary>
internal sealed class RawCall(RawRequest request, Socket socket, Stream stream, CancellationToken ended)
{
    public RawRequest Request => request;

    public bool Closes { get; private set; }

    /// <summary>Cancelled when the server is disposed of.</summary>
    public CancellationToken Ended => ended;

    /// <summary>A whole answer. A header is written as <c>Name: value</c>.</summary>
    public Task AnswerAsync(int status, string body = "", params string[] headers) => AnswerAsync(status, Encoding.UTF8.GetBytes(body), headers);

    public async Task AnswerAsync(int status, ReadOnlyMemory<byte> body, params string[] headers)
    {
        await HeadAsync(status, [$"Content-Length: {body.Length}", .. headers]);
        await SendAsync(body);
    }

    public Task HeadAsync(int status, params string[] headers) =>
        SendAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 {status} -\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n"));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes, ended).AsTask();

    /// <summary>Ends the connection in an orderly way, whatever was promised.</summary>
    public void Close() => Closes = true;

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        Closes = true;
    }

    /// <summary>Says nothing more.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, ended);
}
