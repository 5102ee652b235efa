using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Polls that fail in ways nobody expects, and answers that say that a prediction is gone. Only the test moves the clock.</summary>
public sealed class PollFailureTests : IAsyncLifetime
{
    private const string Ended = """{"status":"success","output":"https://x/y.mp4"}""";
    private const string Runs = """{"status":"processing"}""";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;

    private readonly FaultyClock _time = new();
    private readonly TemporaryFolder _home = new();
    private readonly ConcurrentQueue<(int Status, string Body)> _answers = new();
    private readonly ConcurrentQueue<DateTimeOffset> _polls = new();
    private readonly RawServer _server;
    private readonly HttpPipelines _http;
    private readonly LedgerAccess _ledger;
    private readonly PredictionWatcher _watcher;
    private int _brokenPolls;

    public PollFailureTests()
    {
        _server = new RawServer(call =>
        {
            _polls.Enqueue(_time.Now);
            if (TryTake(ref _brokenPolls))
            {
                _time.Fail();
            }

            var (status, body) = _answers.TryDequeue(out var planned) ? planned : (200, Ended);
            return call.AnswerAsync(status, body);
        });
        _http = new HttpPipelines(new ConnectionOptions { ApiKey = "sim-key", BaseUri = _server.Uri }, new ExchangeLog(), _time);
        _ledger = new LedgerAccess(() => SqliteLedger.Open(_home.Path, "account", _time), () => true);
        _watcher = new PredictionWatcher(new KlingService(_http.Service(), new ServiceClock(_time), _time), _ledger, Interval, _time);
    }

    public static TheoryData<object?> NotJson => [new DateTime(2026, 1, 1), double.NaN, new Hashtable { ["a"] = 1 }, new object?[] { "a", new Uri("https://x/") }, Cycle()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        _ledger.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [MemberData(nameof(NotJson), DisableDiscoveryEnumeration = true)]
    public async Task An_input_member_that_cannot_be_written_as_JSON_holds_no_wait_up(object? member)
    {
        var prediction = Of("p") with { Input = new KlingInput { ["prompt"] = "one", ["extra"] = member } };

        var ended = await EndAsync(WatchAsync(prediction));

        Assert.Equal(KlingStatus.Success, ended.Status);
        Assert.Equal(KlingStatus.Success, _ledger.Required.Find("p")?.Prediction.Status);
        Assert.Same(member, prediction.Input["extra"]);
    }

    [Fact]
    public async Task What_the_user_does_to_the_input_while_it_is_watched_changes_nothing()
    {
        var images = new[] { "https://x/1.png" };
        var input = new KlingInput { ["prompt"] = "one", ["image_urls"] = images };
        _answers.Enqueue((200, Runs));
        var watching = WatchAsync(Of("p") with { Input = input });
        await Until.TrueAsync(() => !_polls.IsEmpty);

        (input["prompt"], input["extra"], images[0]) = ("two", new object(), "https://x/2.png");

        Assert.Equal("""{"prompt":"one","image_urls":["https://x/1.png"]}""", (await EndAsync(watching)).Input!.ToString());
    }

    [Fact]
    public async Task A_poll_that_fails_in_a_way_nobody_expects_is_repeated()
    {
        _brokenPolls = 2;

        Assert.Equal(KlingStatus.Success, (await EndAsync(WatchAsync(Of("p")))).Status);
        Assert.Equal(3, _polls.Count);
    }

    [Fact]
    public async Task A_poll_that_always_fails_so_gives_every_waiter_the_error_and_keeps_no_place()
    {
        // New ones are polled after an interval: the clock breaks before that.
        var waits = Enumerable.Range(0, 24).Select(n => WatchAsync(Of($"p-{n / 2}") with { CreatedAt = _time.Now })).ToList();
        _time.IsBroken = true;

        foreach (var wait in waits)
        {
            var error = await Assert.ThrowsAsync<KlingException>(() => EndAsync(wait));
            Assert.Equal(KlingErrorId.Unexpected, error.ErrorId);
            Assert.StartsWith("p-", error.PredictionId, StringComparison.Ordinal);
            Assert.Contains("broken clock", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(12 * 3, _time.Failures);
        _time.IsBroken = false;
        Assert.Equal(KlingStatus.Success, (await EndAsync(WatchAsync(Of("later")))).Status);
    }

    [Fact]
    public async Task The_loop_outlives_a_timer_that_cannot_be_set()
    {
        _answers.Enqueue((200, Runs));
        _answers.Enqueue((200, Runs));
        var watching = WatchAsync(Of("p"));
        await Until.TrueAsync(() => !_polls.IsEmpty);
        _time.TimerFaults = 3;

        Assert.Equal(KlingStatus.Success, (await EndAsync(watching)).Status);
        Assert.Equal(0, _time.TimerFaults);
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_cost_the_waiters_their_result()
    {
        var waits = new[] { WatchAsync(Of("p"), new Thrower()), WatchAsync(Of("p")) };

        Assert.All(await EndAsync(Task.WhenAll(waits)), ended => Assert.Equal(KlingStatus.Success, ended.Status));
    }

    [Fact]
    public async Task A_listener_for_missing_webhooks_that_throws_does_not_cost_the_waiters_their_result()
    {
        using var expectation = _watcher.ExpectWebhooks(new Thrower());
        var watching = _watcher.WatchAsync(Of("p") with { CreatedAt = _time.Now }, Forever, null, Urgency.Webhook, Cancel);

        Assert.Equal(KlingStatus.Success, (await EndAsync(watching)).Status);
    }

    [Fact]
    public async Task A_time_of_creation_far_in_the_future_puts_no_poll_off()
    {
        using var expectation = _watcher.ExpectWebhooks(new Thrower());
        var watching = _watcher.WatchAsync(Of("p") with { CreatedAt = DateTimeOffset.MaxValue }, Forever, null, Urgency.Webhook, Cancel);

        Assert.Equal(KlingStatus.Success, (await EndAsync(watching)).Status);
    }

    [Fact]
    public async Task Durations_that_no_job_can_have_end_no_wait()
    {
        for (var n = 0; n < 6; n++)
        {
            _ledger.Required.Save(Of($"known-{n}") with { Model = "m", Status = KlingStatus.Success, PredictTime = -1e300, CreatedAt = _time.Now, CompletedAt = _time.Now });
        }

        _answers.Enqueue((200, Runs));

        Assert.Equal(KlingStatus.Success, (await EndAsync(WatchAsync(Of("p") with { Model = "m", CreatedAt = _time.Now }))).Status);
    }

    [Theory]
    [InlineData("404", true, 2)]
    [InlineData("404 404", false, 2)]
    [InlineData("404 503x5 404", false, 7)]
    [InlineData("404 200 404", true, 4)]
    [InlineData("404 200 404 404", false, 4)]
    public async Task One_404_of_an_older_prediction_is_asked_again_and_two_in_a_row_end_the_wait(string answers, bool found, int polls)
    {
        foreach (var answer in answers.Split(' '))
        {
            var (status, times) = answer.Split('x') is [var first, var count] ? (Number(first), Number(count)) : (Number(answer), 1);
            Enumerable.Repeat((status, Runs), times).ToList().ForEach(_answers.Enqueue);
        }

        _ledger.Required.Save(Of("p") with { Status = KlingStatus.Processing });
        var watching = WatchAsync(Of("p") with { CreatedAt = _time.Now.AddHours(-1) });

        if (found)
        {
            Assert.Equal(KlingStatus.Success, (await EndAsync(watching)).Status);
        }
        else
        {
            Assert.Equal(KlingErrorId.NotFound, (await Assert.ThrowsAsync<KlingException>(() => EndAsync(watching))).ErrorId);
            Assert.Equal(KlingStatus.Unknown, _ledger.Required.Find("p")?.Prediction.Status);
            Assert.Empty(_ledger.Required.InFlight());
        }

        Assert.Equal(polls, _polls.Count);
    }

    [Fact]
    public async Task A_first_404_is_asked_again_after_one_interval()
    {
        _answers.Enqueue((404, ""));
        var watching = WatchAsync(Of("p") with { CreatedAt = _time.Now.AddHours(-1) });
        await Until.TrueAsync(() => _polls.Count == 1);
        await Task.Delay(200, Cancel);

        _time.Advance(Interval - TimeSpan.FromSeconds(0.1));
        await Task.Delay(50, Cancel);
        Assert.Single(_polls);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(KlingStatus.Success, (await watching.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).Status);
    }

    [Fact]
    public async Task A_prediction_that_is_not_found_and_is_dated_in_the_future_is_gone_after_the_grace_period()
    {
        Enumerable.Repeat((404, ""), 100).ToList().ForEach(_answers.Enqueue);
        var began = _time.Now;

        var error = await Assert.ThrowsAsync<KlingException>(() => EndAsync(WatchAsync(Of("p") with { CreatedAt = _time.Now.AddYears(1) })));

        Assert.Equal(KlingErrorId.NotFound, error.ErrorId);
        Assert.InRange(_time.Now - began, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5));
    }

    private static KlingPrediction Of(string id) => new() { Id = id };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Counts down to 0; false when it is there.</summary>
    private static bool TryTake(ref int left)
    {
        for (int now; (now = Volatile.Read(ref left)) > 0;)
        {
            if (Interlocked.CompareExchange(ref left, now - 1, now) == now)
            {
                return true;
            }
        }

        return false;
    }

    private static KlingInput Cycle()
    {
        var input = new KlingInput();
        input["self"] = input;
        return input;
    }

    private Task<KlingPrediction> WatchAsync(KlingPrediction prediction, IProgress<KlingPrediction>? changed = null) =>
        _watcher.WatchAsync(prediction, Forever, changed, Urgency.Interval, Cancel);

    /// <summary>Moves the clock until the work has ended, for at most three hours.</summary>
    private async Task<T> EndAsync<T>(Task<T> work)
    {
        var end = _time.Now.AddHours(3);
        while (!work.IsCompleted)
        {
            Assert.True(_time.Now < end, "It did not end.");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, Cancel);
        }

        return await work;
    }

    private sealed class Thrower : IProgress<KlingPrediction>, IProgress<Notice>
    {
        public void Report(KlingPrediction value) => throw new InvalidOperationException("nobody listens");

        public void Report(Notice value) => throw new InvalidOperationException("nobody listens");
    }

    /// <summary>A clock that fails when it is told to.</summary>
    private sealed class FaultyClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero))
    {
        private int _faults;
        private int _timerFaults;
        private int _failures;

        public bool IsBroken { get; set; }

        /// <summary>Readings that failed.</summary>
        public int Failures => _failures;

        public int TimerFaults
        {
            get => Volatile.Read(ref _timerFaults);
            set => Volatile.Write(ref _timerFaults, value);
        }

        /// <summary>The time, which never fails.</summary>
        public DateTimeOffset Now => base.GetUtcNow();

        /// <summary>The next reading fails.</summary>
        public void Fail() => Interlocked.Increment(ref _faults);

        public override DateTimeOffset GetUtcNow()
        {
            if (!IsBroken && !TryTake(ref _faults))
            {
                return base.GetUtcNow();
            }

            Interlocked.Increment(ref _failures);
            throw new InvalidOperationException("broken clock");
        }

        /// <summary>The monotonic clock goes on: without any clock nothing could be polled.</summary>
        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            TryTake(ref _timerFaults) ? throw new InvalidOperationException("broken timer") : base.CreateTimer(callback, state, dueTime, period);
    }
}
