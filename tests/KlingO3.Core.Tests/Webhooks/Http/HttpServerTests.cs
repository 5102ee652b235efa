using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KlingO3.Webhooks;
using KlingO3.Webhooks.Http;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>The listener as senders see it, over real sockets.</summary>
[Collection(nameof(Measured))]
public sealed class HttpServerTests : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentQueue<string> _taken = new();
    private readonly ConcurrentQueue<WebhookRefusal> _refused = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("POST /kling/below HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{", 404)]
    [InlineData("GET /kling/ HTTP/1.1\r\nHost: a\r\n\r\n", 405)]
    [InlineData("post /kling/ HTTP/1.1\r\nHost: a\r\n\r\n", 405)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{", 401)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 401)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nX-Webhook-Secret: a\r\nContent-Length: 100\r\n\r\n", 401)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nX-Webhook-Signature: sha256=00\r\nX-Webhook-Timestamp: 1\r\nContent-Length: 100\r\n\r\n", 401)]
    [InlineData(
        "POST /kling/ HTTP/1.1\r\nHost: a\r\nX-Webhook-Signature: sha256=ee72552b7dd79540a0e8312dea6949b2a52037cee4988e7b25cbd43141ae1ade\r\nX-Webhook-Timestamp: 1700000000\r\nContent-Length: 100\r\n\r\n",
        401)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n", 401)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501)]
    [InlineData("POST /kling/ HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n", 417)]
    [InlineData("PRI * HTTP/2.0\r\n\r\n", 505)]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001", 400)]
    public async Task What_is_refused_is_answered_at_once_however_much_of_it_is_still_to_come(string request, int status)
    {
        var options = Delivery.Options();
        using var listener = Listen(options);
        using var sender = await RawSender.ConnectAsync(PortOf(options));
        var clock = Stopwatch.StartNew();
        await sender.SendAsync(request);

        Assert.StartsWith($"HTTP/1.1 {status} ", await sender.ReadAsync(), StringComparison.Ordinal);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1.5), $"{clock.Elapsed}");
        Assert.Equal(status, Assert.Single(_refused).StatusCode);
    }

    [Fact]
    public async Task Headers_that_are_too_large_get_431_and_those_that_do_not_come_408()
    {
        var options = Delivery.Options();
        using var listener = Listen(options, new HttpLimits { HeadTimeout = TimeSpan.FromMilliseconds(500) });

        Assert.Equal(
            "HTTP/1.1 431 Request Header Fields Too Large",
            await RawSender.ExchangeAsync(PortOf(options), "POST /kling/ HTTP/1.1\r\nX: ".PadRight(20_000, 'a')));
        Assert.Equal("HTTP/1.1 408 Request Timeout", await RawSender.ExchangeAsync(PortOf(options), "POST /kling/ HTTP/1.1\r\nX: "));
        Assert.Equal("", await RawSender.ExchangeAsync(PortOf(options), ""));
        Assert.Equal([431, 408], _refused.Select(refusal => refusal.StatusCode));
    }

    [Fact]
    public async Task Headers_and_bodies_that_drip_end_at_their_deadlines()
    {
        var options = Delivery.Options(secret: null);
        using var listener = Listen(options, new HttpLimits { HeadTimeout = TimeSpan.FromSeconds(1), BodyTimeout = TimeSpan.FromSeconds(1), LingerTimeout = TimeSpan.FromMilliseconds(100) });

        foreach (var beginning in (string[])["POST /kling/ HTTP/1.1\r\nX: ", "POST /kling/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"])
        {
            using var sender = await RawSender.ConnectAsync(PortOf(options));
            await sender.SendAsync(beginning);
            var answer = sender.ReadAsync();
            var clock = Stopwatch.StartNew();
            while (!answer.IsCompleted && clock.Elapsed < TimeSpan.FromSeconds(5))
            {
                await sender.SendAsync("a");
                await Task.Delay(50, Cancel);
            }

            Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
            Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(3));
        }

        await Until.TrueAsync(() => listener.Server.Connections == 0);
    }

    [Fact]
    public async Task A_sender_that_asks_first_is_told_to_go_on()
    {
        var options = Delivery.Options();
        using var listener = Listen(options);
        using var sender = await RawSender.ConnectAsync(PortOf(options));
        var delivery = Delivery.Of("p-1");
        await sender.SendAsync(Head(delivery, $"Expect: 100-continue\r\nContent-Length: {delivery.Body.Length}\r\n"));

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await sender.ReadAsync());
        await sender.SendAsync(Encoding.UTF8.GetString(delivery.Body));

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await sender.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(["p-1"], _taken);
    }

    [Fact]
    public async Task A_delivery_may_come_in_chunks_byte_by_byte_or_as_HTTP_1_0()
    {
        var options = Delivery.Options();
        using var listener = Listen(options);
        var body = Encoding.UTF8.GetString(Delivery.Of("x").Body);
        var delivery = Delivery.Of("x");
        var half = body.Length / 2;
        var chunks = $"{half:x}\r\n{body[..half]}\r\n{body.Length - half:X};a=b\r\n{body[half..]}\r\n0\r\n\r\n";

        Assert.Equal("HTTP/1.1 200 OK", await RawSender.ExchangeAsync(PortOf(options), Head(delivery, "Transfer-Encoding: chunked\r\n") + chunks));
        Assert.Equal(
            "HTTP/1.1 200 OK",
            await RawSender.ExchangeAsync(PortOf(options), Head(delivery, $"Content-Length: {body.Length}\r\n").Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal) + body));
        using var slow = await RawSender.ConnectAsync(PortOf(options));
        foreach (var letter in Head(delivery, "Transfer-Encoding: chunked\r\n") + chunks)
        {
            await slow.SendAsync(letter.ToString());
        }

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await slow.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(["x", "x", "x"], _taken);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    public async Task It_listens_at_IPv6_too(string host)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        var port = new Uri(Delivery.FreePrefix()).Port;
        var options = Delivery.Options($"http://{host}:{port}/kling/");
        using var listener = Listen(options);

        Assert.Equal(HttpStatusCode.OK, await Delivery.Of("six").SendAsync(_http, $"http://[::1]:{port}/kling/"));
        if (host != "[::1]")
        {
            Assert.Equal(HttpStatusCode.OK, await Delivery.Of("four").SendAsync(_http, $"http://127.0.0.1:{port}/kling/"));
        }
    }

    [Fact]
    public async Task A_connection_that_never_gets_done_gives_way_to_a_new_one_where_there_are_too_many()
    {
        var options = Delivery.Options();
        using var listener = Listen(options, new HttpLimits { MaxConnections = 20 });
        var senders = new List<RawSender>();
        for (var i = 0; i < 60; i++)
        {
            senders.Add(await RawSender.ConnectAsync(PortOf(options)));
            await senders[i].SendAsync("POST /kling/ HTTP/1.1\r\n");
            Assert.InRange(listener.Server.Connections, 0, 20);
        }

        var clock = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.OK, await Delivery.Of("genuine").SendAsync(_http, options.Prefix!));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(4), $"{clock.Elapsed}");
        Assert.Contains(WebhookRefusal.Evicted, _refused);
        senders.ForEach(sender => sender.Dispose());
    }

    [Fact]
    public async Task Unfinished_bodies_hold_no_more_bytes_than_allowed_and_keep_no_delivery_out()
    {
        var options = Delivery.Options(secret: null);
        var limits = new HttpLimits();
        using var listener = Listen(options, limits);
        var senders = new List<RawSender>();
        var half = new string(' ', DeliveryBody.Largest / 2);
        for (var i = 0; i < 60; i++)
        {
            senders.Add(await RawSender.ConnectAsync(PortOf(options)));
            await senders[i].SendAsync($"POST /kling/ HTTP/1.1\r\nHost: a\r\nContent-Length: {DeliveryBody.Largest}\r\n\r\n{half}");
        }

        await Until.TrueAsync(() => listener.Server.BufferedBytes > limits.MaxBufferedBytes / 2);
        Assert.InRange(listener.Server.BufferedBytes, 0, limits.MaxBufferedBytes);
        Assert.Equal(HttpStatusCode.OK, await Delivery.Of("genuine").SendAsync(_http, options.Prefix!));
        senders.ForEach(sender => sender.Dispose());
        await Until.TrueAsync(() => listener.Server is { BufferedBytes: 0, Connections: 0 });
    }

    [Theory]
    [InlineData("http://+:8080/kling/", "any.example", true)]
    [InlineData("http://127.0.0.1:8080/kling/", "tunnel.example", true)]
    [InlineData("http://localhost:8080/kling/", "tunnel.example", true)]
    [InlineData("http://hooks.example:8080/kling/", "HOOKS.example", true)]
    [InlineData("http://hooks.example:8080/kling/", "hooks.example:80", true)]
    [InlineData("http://hooks.example:8080/kling/", "other.example", false)]
    public void Only_a_prefix_with_a_name_asks_for_a_host(string prefix, string host, bool expected) =>
        Assert.Equal(expected, WebhookPrefix.Parse(prefix).HasHost(host));

    [Theory]
    [InlineData("https://127.0.0.1:8080/kling/")]
    [InlineData("http://+a:8080/kling/")]
    [InlineData("http://+.example:8080/kling/")]
    public void What_cannot_be_listened_at_is_no_prefix(string prefix) =>
        Assert.Equal(KlingErrorId.InvalidInput, Assert.Throws<KlingException>(() => WebhookPrefix.Parse(prefix)).ErrorId);

    private static int PortOf(WebhookOptions options) => new Uri(options.Prefix!).Port;

    private static string Head(Delivery delivery, string framing) =>
        $"POST /kling/ HTTP/1.1\r\nHost: a\r\nX-Webhook-Signature: {delivery.Signature}\r\nX-Webhook-Timestamp: {delivery.Timestamp}\r\n{framing}\r\n";

    private WebhookListener Listen(WebhookOptions options, HttpLimits? limits = null) => WebhookListener.Start(
        options,
        id =>
        {
            _taken.Enqueue(id);
            return true;
        },
        (refusal, _) => _refused.Enqueue(refusal),
        TimeProvider.System,
        limits);
}
