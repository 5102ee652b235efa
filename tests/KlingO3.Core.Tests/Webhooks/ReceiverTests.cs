using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Webhooks;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks;

/// <summary>Receiving: what is taken, what comes of it, and what no client can do to the others.</summary>
[Collection(nameof(Measured))]
public sealed class ReceiverTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentQueue<Notice> _notices = new();
    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _shop = await Workshop.OpenOnAsync(fixture.Simulator);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Shop.DisposeAsync();
    }

    [Fact]
    public async Task What_comes_out_is_what_the_service_says_and_not_what_the_delivery_claims()
    {
        var failed = await Shop.Simulator.CreatedAsync("[fail] [instant]");
        var options = Delivery.Options();
        using var receiver = Receive(options);

        Assert.Equal(HttpStatusCode.OK, await Delivery.Of(failed).SendAsync(_http, options.Prefix!));

        var told = await receiver.NextAsync(Cancel);
        Assert.Equal((failed, KlingStatus.Error), (told!.Id, told.Status));
        Assert.True(receiver.Claim(told));
    }

    [Fact]
    public async Task A_question_that_fails_in_a_way_nobody_expects_comes_out_as_an_error_and_a_repeat_asks_again()
    {
        var asked = 0;
        var options = Delivery.Options();
        using var ledger = new LedgerAccess(() => throw new InvalidOperationException("no ledger"), () => false);
        using var receiver = new WebhookReceiver(
            options,
            (id, _) => ++asked == 1 ? throw new InvalidOperationException("odd") : Task.FromResult(new KlingPrediction { Id = id, Status = KlingStatus.Success }),
            ledger,
            new Collector(_notices),
            TimeProvider.System);

        await Delivery.Of("p-1").SendAsync(_http, options.Prefix!);
        var error = await Assert.ThrowsAsync<KlingException>(() => receiver.NextAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        await Delivery.Of("p-1").SendAsync(_http, options.Prefix!);

        Assert.Equal((KlingErrorId.Unexpected, "p-1"), (error.ErrorId, error.PredictionId));
        Assert.Equal("p-1", (await receiver.NextAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel))!.Id);
    }

    [Fact]
    public async Task A_delivery_that_is_ahead_of_the_service_is_waited_for()
    {
        var id = await Shop.Simulator.CreatedAsync("a job of three seconds");
        var options = Delivery.Options();
        using var receiver = Receive(options);

        await Delivery.Of(id).SendAsync(_http, options.Prefix!);

        Assert.Equal(KlingStatus.Success, (await receiver.NextAsync(Cancel))!.Status);
    }

    [Fact]
    public async Task Jobs_that_still_run_take_no_place_from_one_that_has_ended()
    {
        var running = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("[never]"), 0)));
        var ended = await Shop.Simulator.CreatedAsync("[instant]");
        var options = Delivery.Options(secret: null);
        using var receiver = Receive(options);
        foreach (var id in running)
        {
            Assert.Equal(HttpStatusCode.OK, await Delivery.Of(id).SendAsync(_http, options.Prefix!));
        }

        await Until.TrueAsync(async () => (await Shop.StateAsync()).Number("gets") >= running.Length);
        await Delivery.Of(ended).SendAsync(_http, options.Prefix!);

        Assert.Equal(ended, (await receiver.NextAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel))!.Id);
    }

    [Fact]
    public async Task Closing_now_ends_within_a_second_or_two_whatever_still_runs_and_says_how_many()
    {
        var running = await Shop.Simulator.CreatedAsync("[never]");
        var ended = await Shop.Simulator.CreatedAsync("[instant]");
        var options = Delivery.Options();
        using var receiver = Receive(options);
        await Delivery.Of(running).SendAsync(_http, options.Prefix!);
        await Delivery.Of(ended).SendAsync(_http, options.Prefix!);
        var clock = Stopwatch.StartNew();

        receiver.CloseNow();

        Assert.Equal(ended, (await receiver.NextAsync(Cancel))!.Id);
        Assert.Null(await receiver.NextAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"{clock.Elapsed}");
        Assert.StartsWith("When listening ended, 1 of the predictions", Assert.Single(_notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_comes_out_no_more_also_for_another_process_on_the_same_ledger()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var options = Delivery.Options();
        using (var receiver = Receive(options))
        {
            await Delivery.Of(id).SendAsync(_http, options.Prefix!);
            await Delivery.Of(id).SendAsync(_http, options.Prefix!);
            Assert.True(receiver.Claim((await receiver.NextAsync(Cancel))!));
            await Delivery.Of(id).SendAsync(_http, options.Prefix!);
            receiver.Close();
            Assert.Null(await receiver.NextAsync(Cancel));
        }

        var gets = (await Shop.StateAsync()).Number("gets");
        using var second = Receive(options);
        Assert.Equal(HttpStatusCode.OK, await Delivery.Of(id).SendAsync(_http, options.Prefix!));
        second.Close();
        Assert.Null(await second.NextAsync(Cancel));
        Assert.Equal((1, 1), (gets, (await Shop.StateAsync()).Number("gets")));
    }

    [Fact]
    public async Task A_prediction_that_was_not_claimed_comes_out_again()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var options = Delivery.Options();
        using (var receiver = Receive(options))
        {
            await Delivery.Of(id).SendAsync(_http, options.Prefix!);
            await receiver.NextAsync(Cancel);
        }

        using var second = Receive(options);
        await Delivery.Of(id).SendAsync(_http, options.Prefix!);
        Assert.True(second.Claim((await second.NextAsync(Cancel))!));
    }

    [Fact]
    public async Task An_id_that_the_service_does_not_know_is_a_warning_and_comes_out_of_nothing()
    {
        var options = Delivery.Options();
        using var receiver = Receive(options);

        await Delivery.Of("nobodys").SendAsync(_http, options.Prefix!);
        receiver.Close();

        Assert.Null(await receiver.NextAsync(Cancel));
        Assert.Contains("nobodys", Assert.Single(_notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_refusal_has_its_status_and_a_warning_without_a_word_of_the_delivery()
    {
        var options = Delivery.Options();
        var url = options.Prefix!;
        using var receiver = Receive(options);
        var good = Delivery.Of("never-asked");

        Assert.Equal(HttpStatusCode.Unauthorized, await Delivery.Of("never-asked", "another secret").SendAsync(_http, url));
        Assert.Equal(HttpStatusCode.Unauthorized, await Delivery.Of("never-asked", at: DateTimeOffset.UtcNow.AddMinutes(-6)).SendAsync(_http, url));
        Assert.Equal(HttpStatusCode.Unauthorized, await (good with { Signature = null, Timestamp = null, PlainSecret = Delivery.Secret }).SendAsync(_http, url));
        Assert.Equal(HttpStatusCode.BadRequest, await Delivery.Unsigned("""{"exec_id":"never-asked" """).Sign().SendAsync(_http, url));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await new Delivery(new byte[DeliveryBody.Largest + 1]).Sign().SendAsync(_http, url));
        Assert.Equal(HttpStatusCode.NotFound, await good.SendAsync(_http, $"{url}below"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _http.GetAsync(new Uri(url), Cancel)).StatusCode);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StreamContent(new MemoryStream(new byte[DeliveryBody.Largest + 1])) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Headers.TryAddWithoutValidation("X-Webhook-Signature", good.Signature);
        chunked.Headers.TryAddWithoutValidation("X-Webhook-Timestamp", good.Timestamp);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _http.SendAsync(chunked, Cancel)).StatusCode);

        Assert.Equal(8, _notices.Count(notice => notice.Level == NoticeLevel.Warning && notice.Message.StartsWith("KlingWebhookRejected: ", StringComparison.Ordinal)));
        Assert.DoesNotContain(_notices, notice => notice.Message.Contains("never-asked", StringComparison.Ordinal) || notice.Message.Contains(Delivery.Secret, StringComparison.Ordinal));
        Assert.Equal(0, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_body_of_just_a_megabyte_is_taken()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var options = Delivery.Options();
        using var receiver = Receive(options);
        var body = $$"""{"exec_id":"{{id}}"}""".PadRight(DeliveryBody.Largest);

        Assert.Equal(HttpStatusCode.OK, await Delivery.Unsigned(body).Sign().SendAsync(_http, options.Prefix!));

        Assert.Equal(id, (await receiver.NextAsync(Cancel))!.Id);
    }

    [Fact]
    public async Task Twenty_slow_clients_delay_nobody_and_do_not_keep_the_port()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var options = Delivery.Options();
        var receiver = Receive(options);
        using var lorises = new Lorises(new Uri(options.Prefix!), 20);
        await lorises.HoldAsync();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 50; i++)
        {
            var clock = Stopwatch.StartNew();
            await Delivery.Of(id).SendAsync(_http, options.Prefix!);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        Assert.True(slowest < TimeSpan.FromSeconds(1), $"{slowest}");
        var stop = Stopwatch.StartNew();
        receiver.Dispose();
        using var next = new TcpListener(IPAddress.Loopback, new Uri(options.Prefix!).Port);
        next.Start();
        Assert.True(stop.Elapsed < TimeSpan.FromSeconds(1), $"{stop.Elapsed}");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_that_says_so()
    {
        var options = Delivery.Options();
        using var first = Receive(options);
        var error = Assert.Throws<KlingException>(() => Receive(options));
        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.Contains(options.Prefix!, error.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    /// <summary>1,000 deliveries at 200 a second: 65 % genuine, 10 % repeats, 10 % forged, 5 % each oversized, broken and stale; and 20 slow clients.</summary>
    [Fact]
    public async Task Of_a_thousand_mixed_deliveries_every_genuine_one_comes_out_once_and_no_other()
    {
        const int Deliveries = 1000;
        var ids = await Task.WhenAll(Enumerable.Range(0, 650).Select(_ => Shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("planted"), 10_000)));
        var options = Delivery.Options();
        var receiver = Receive(options);
        var emitted = new List<string>();
        var reading = ReadAsync();
        using var lorises = new Lorises(new Uri(options.Prefix!), 20);
        await lorises.HoldAsync();

        var plan = Plan(ids, Deliveries);
        var sent = new List<Task<(HttpStatusCode Expected, HttpStatusCode Status, TimeSpan Took)>>();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < plan.Count; i++)
        {
            var wait = TimeSpan.FromSeconds(i / 200.0) - clock.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, Cancel);
            }

            sent.Add(SendAsync(plan[i]));
        }

        var answers = await Task.WhenAll(sent);
        var took = clock.Elapsed;
        receiver.Close();
        await reading.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.All(answers, answer => Assert.Equal(answer.Expected, answer.Status));
        Assert.Equal(ids.Order(), emitted.Order());
        Assert.Equal(650, (await Shop.StateAsync()).Number("gets"));
        var slowest = answers.Max(answer => answer.Took);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Deliveries} in {took.TotalSeconds:0.0} s, slowest answer {slowest.TotalMilliseconds:0} ms");
        Assert.True(slowest < TimeSpan.FromSeconds(1), $"The slowest answer took {slowest}.");
        receiver.Dispose();

        async Task ReadAsync()
        {
            while (await receiver.NextAsync(Cancel) is { } prediction)
            {
                if (receiver.Claim(prediction))
                {
                    emitted.Add(prediction.Id!);
                }
            }
        }

        async Task<(HttpStatusCode, HttpStatusCode, TimeSpan)> SendAsync((Func<Delivery> Make, HttpStatusCode Expected) planned)
        {
            var watch = Stopwatch.StartNew();
            var status = await planned.Make().SendAsync(_http, options.Prefix!);
            return (planned.Expected, status, watch.Elapsed);
        }
    }

    private static List<(Func<Delivery> Make, HttpStatusCode Expected)> Plan(string[] ids, int count)
    {
        var genuine = new Queue<string>(ids);
        var random = new Random(7);
        var plan = new List<(Func<Delivery>, HttpStatusCode)>();
        for (var i = 0; i < count; i++)
        {
            var old = ids[random.Next(ids.Length)];
            plan.Add((i % 20) switch
            {
                0 or 10 => (() => Delivery.Of(old, "not the secret"), HttpStatusCode.Unauthorized),
                3 or 13 => (() => Delivery.Of(ids[0]), HttpStatusCode.OK),
                5 => (() => new Delivery(new byte[(DeliveryBody.Largest * 3) / 2]).Sign(), HttpStatusCode.RequestEntityTooLarge),
                8 => (() => Delivery.Unsigned($$"""{"exec_id":"{{old}}","status" """).Sign(), HttpStatusCode.BadRequest),
                16 => (() => Delivery.Of(old, at: DateTimeOffset.UtcNow.AddSeconds(-400)), HttpStatusCode.Unauthorized),
                _ => Next(),
            });
        }

        return plan;

        (Func<Delivery>, HttpStatusCode) Next()
        {
            var id = genuine.Dequeue();
            return (() => Delivery.Of(id), HttpStatusCode.OK);
        }
    }

    private WebhookReceiver Receive(WebhookOptions options) => Shop.Client().Receive(options, new Collector(_notices));

    private sealed class Collector(ConcurrentQueue<Notice> notices) : IProgress<Notice>
    {
        public void Report(Notice value) => notices.Enqueue(value);
    }

    /// <summary>Clients that never get done: half of them with their headers, half with their bodies, and some that said nothing at all.</summary>
    private sealed class Lorises(Uri address, int count) : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public async Task HoldAsync()
        {
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, address.Port, Cancel);
                var text = (i % 4) switch
                {
                    0 => $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 100\r\n\r\n{{\"exec_id\":",
                    1 => $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nX-Webhook-",
                    2 => $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 100\r\nX-Webhook-",
                    _ => "",
                };
                await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancel);
                _ = DripAsync(socket);
            }
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

        private static async Task DripAsync(Socket socket)
        {
            try
            {
                while (true)
                {
                    await Task.Delay(300);
                    await socket.SendAsync("a"u8.ToArray());
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // It was hung up on.
            }
        }
    }
}
