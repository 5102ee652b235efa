using System.Collections.Concurrent;
using System.Text.Json;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Watching: how often it looks, at what, when it stops, and what ends a wait. Both sides live fifty seconds in each second.</summary>
public sealed class WatcherTests(WatcherTests.Fixture fixture) : IClassFixture<WatcherTests.Fixture>, IAsyncLifetime
{
    private const int TimesAsFast = 50;
    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ScaledTime _time = new(TimesAsFast);
    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _shop = await Workshop.OpenOnAsync(fixture.Simulator);

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    [Fact]
    public async Task However_many_wait_for_a_prediction_it_is_looked_at_once_an_interval()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        var client = Client();
        var began = _time.GetTimestamp();

        var waits = Enumerable.Range(0, 60).Select(_ => client.WaitAsync(Of(id), TimeSpan.FromSeconds(60), null, Cancel)).ToList();
        await Task.WhenAll(waits.Select(wait => Assert.ThrowsAsync<KlingException>(() => wait)));

        var intervals = _time.GetElapsedTime(began) / Interval;
        Assert.InRange((await Shop.StateAsync()).Number("gets"), 4, (long)intervals + 1);
    }

    [Fact]
    public async Task A_prediction_that_was_made_this_moment_is_not_looked_at_before_an_interval_is_over()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var began = _time.GetTimestamp();

        await Client().WaitAsync(Of(id) with { CreatedAt = _time.GetUtcNow() }, Forever, null, Cancel);

        Assert.True(_time.GetElapsedTime(began) > 0.95 * Interval);
        Assert.Equal(1, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task No_more_than_eight_are_looked_at_at_a_time()
    {
        var (now, most) = (0, 0);
        await using var server = new RawServer(async call =>
        {
            InterlockedMost(ref most, Interlocked.Increment(ref now));
            await Task.Delay(5, call.Ended);
            Interlocked.Decrement(ref now);
            await call.AnswerAsync(200, """{"status":"success","output":"https://x/y.mp4"}""");
        });
        var client = Client(server.Uri);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => client.WaitAsync(Of($"p-{n}"), Forever, null, Cancel)));

        Assert.Equal((100, 8), (server.Requests.Count, most));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"on":"get","do":"status","status":503,"times":-1}""")]
    [InlineData("""{"on":"get","do":"hang","seconds":2,"times":-1}""")]
    public async Task Nothing_is_asked_any_more_when_the_last_wait_is_cancelled(string? fault)
    {
        string[] ids = [await Shop.Simulator.CreatedAsync("[never]"), await Shop.Simulator.CreatedAsync("[never]")];
        await Shop.Simulator.FaultsAsync(fault is null ? [] : [JsonSerializer.Deserialize<JsonElement>(fault)]);
        var client = Client();
        using var cancel = new CancellationTokenSource();
        var waits = ids.Select(id => client.WaitAsync(Of(id), Forever, null, cancel.Token)).ToList();
        await Until.TrueAsync(async () => (await Shop.StateAsync()).Number("gets") >= 4);

        await cancel.CancelAsync();

        await Task.WhenAll(waits.Select(wait => Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait)));
        await AssertNothingIsAskedAsync();
        Assert.Equal(0, (await Shop.StateAsync()).Number("cancels"));
    }

    [Fact]
    public async Task Nothing_is_asked_any_more_when_the_last_wait_has_ended()
    {
        string[] ids = [await Shop.Simulator.CreatedAsync("[instant]"), await Shop.Simulator.CreatedAsync("one")];
        await Shop.Simulator.SettingsAsync(("job-seconds", 20));
        ids = [.. ids, await Shop.Simulator.CreatedAsync("two")];
        var client = Client();

        await Task.WhenAll(client.WaitAsync(Of(ids[0]), Forever, null, Cancel), client.WaitAsync(Of(ids[2]), Forever, null, Cancel));

        await Shop.Simulator.SettingsAsync(("job-seconds", 300));
        await AssertNothingIsAskedAsync();
    }

    [Fact]
    public async Task One_wait_that_is_cancelled_leaves_the_others_of_the_same_prediction_be()
    {
        var id = await Shop.Simulator.CreatedAsync("[slow]");
        var client = Client();
        using var cancel = new CancellationTokenSource();
        var cancelled = client.WaitAsync(Of(id), Forever, null, cancel.Token);
        var other = client.WaitAsync(Of(id), Forever, null, Cancel);
        await Until.TrueAsync(async () => (await Shop.StateAsync()).Number("gets") >= 1);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await client.CancelAsync(id, Cancel);

        Assert.Equal(KlingStatus.Cancelled, (await other).Status);
    }

    [Fact]
    public async Task A_word_that_nobody_knows_is_not_the_end()
    {
        await Shop.Simulator.SettingsAsync(("job-seconds", 30));
        var id = await Shop.Simulator.CreatedAsync("[weird]");
        var told = new ConcurrentQueue<KlingStatus>();

        var ended = await Client().WaitAsync(Of(id) with { Status = KlingStatus.Created }, Forever, new Collector(told), Cancel);

        await Shop.Simulator.SettingsAsync(("job-seconds", 300));
        Assert.Equal(KlingStatus.Success, ended.Status);
        Assert.Equal([KlingStatus.Unknown, KlingStatus.Success], told);
        Assert.True((await Shop.StateAsync()).Number("gets") > 2);
    }

    [Fact]
    public async Task A_job_that_failed_or_was_cancelled_is_the_result_of_its_wait_and_no_error()
    {
        var failed = await Shop.Simulator.CreatedAsync("[instant] [fail:PROVIDER_REJECTED]");
        var cancelled = await Shop.Simulator.CreatedAsync("[never]");
        var client = Client();
        await client.CancelAsync(cancelled, Cancel);

        var ended = await client.WaitAsync(Of(failed), Forever, null, Cancel);
        Assert.Equal(KlingStatus.Error, ended.Status);
        Assert.NotEmpty(ended.Error!.Message);
        Assert.Equal(KlingStatus.Cancelled, (await client.WaitAsync(Of(cancelled), Forever, null, Cancel)).Status);
    }

    [Fact]
    public async Task A_wait_that_runs_out_tells_its_prediction_and_what_went_wrong_and_cancels_nothing()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status = 503, body = """{"error":"database on holiday"}""", times = -1 });

        var error = await Assert.ThrowsAsync<KlingException>(() => Client().WaitAsync(Of(id), TimeSpan.FromSeconds(90), null, Cancel));

        Assert.Equal((KlingErrorId.Timeout, id), (error.ErrorId, error.PredictionId));
        Assert.Contains("90 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("database on holiday", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Wait-KlingPrediction '{id}'", error.RecommendedAction, StringComparison.Ordinal);
        var state = await Shop.StateAsync();
        Assert.Equal((0, "running"), (state.Number("cancels"), state.GetProperty("jobs")[0].GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_wait_may_be_longer_than_any_timer()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var client = Client();

        Assert.Equal(KlingStatus.Success, (await client.WaitAsync(Of(id), TimeSpan.FromDays(60), null, Cancel)).Status);
        Assert.Equal(KlingStatus.Success, (await client.WaitAsync(Of(id), TimeSpan.MaxValue, null, Cancel)).Status);
    }

    [Fact]
    public async Task A_new_job_may_be_unknown_for_a_while()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status = 404, times = 3 });

        var ended = await Client().WaitAsync(Of(id) with { CreatedAt = _time.GetUtcNow() }, Forever, null, Cancel);

        Assert.Equal(KlingStatus.Success, ended.Status);
        Assert.Equal(4, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_new_job_that_stays_unknown_for_two_minutes_is_not_found()
    {
        var (id, began) = (Guid.NewGuid().ToString(), _time.GetTimestamp());

        var error = await Assert.ThrowsAsync<KlingException>(() => Client().WaitAsync(Of(id) with { CreatedAt = _time.GetUtcNow() }, Forever, null, Cancel));

        Assert.Equal((KlingErrorId.NotFound, id), (error.ErrorId, error.PredictionId));
        Assert.InRange(_time.GetElapsedTime(began).TotalSeconds, 120, 260);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-3.0)]
    public async Task An_old_prediction_that_is_unknown_is_not_found_at_the_second_poll(double? age)
    {
        var id = Guid.NewGuid().ToString();

        var error = await Assert.ThrowsAsync<KlingException>(() => Client().WaitAsync(Of(id) with { CreatedAt = age is { } minutes ? _time.GetUtcNow().AddMinutes(minutes) : null }, Forever, null, Cancel));

        Assert.Equal((KlingErrorId.NotFound, id), (error.ErrorId, error.PredictionId));
        Assert.Equal(2, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_wait_outlives_an_outage_of_the_network()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "reset-before", times = 12 });

        var ended = await Client().WaitAsync(Of(id), TimeSpan.FromMinutes(10), null, Cancel);

        Assert.Equal(KlingStatus.Success, ended.Status);
        Assert.Equal(13, (await Shop.StateAsync()).Number("gets"));
    }

    [Theory]
    [InlineData("""{"on":"get","do":"html","status":200,"times":2}""")]
    [InlineData("""{"on":"get","do":"json","body":"[]","times":2}""")]
    [InlineData("""{"on":"get","do":"empty","times":2}""")]
    public async Task An_answer_that_cannot_be_read_does_not_end_a_wait(string fault)
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync(JsonSerializer.Deserialize<JsonElement>(fault));

        Assert.Equal(KlingStatus.Success, (await Client().WaitAsync(Of(id), Forever, null, Cancel)).Status);
        Assert.Equal(3, (await Shop.StateAsync()).Number("gets"));
    }

    [Theory]
    [InlineData(401, KlingErrorId.Unauthorized)]
    [InlineData(403, KlingErrorId.Forbidden)]
    public async Task A_refusal_that_will_not_change_ends_every_wait_with_one_look_each(int status, string errorId)
    {
        string[] ids = [await Shop.Simulator.CreatedAsync("[never]"), await Shop.Simulator.CreatedAsync("[never]")];
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status, times = -1 });
        var client = Client();

        var errors = await Task.WhenAll(ids.Concat(ids).Select(id => Assert.ThrowsAsync<KlingException>(() => client.WaitAsync(Of(id), Forever, null, Cancel))));

        Assert.All(errors, error => Assert.Equal(errorId, error.ErrorId));
        Assert.Equal(ids.Concat(ids), errors.Select(error => error.PredictionId));
        Assert.InRange((await Shop.StateAsync()).Number("gets"), 2, 4);
    }

    [Fact]
    public async Task What_is_final_already_is_not_asked_about()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var client = Client();
        await Shop.CreateAsync(client, [Workshop.Row("[instant]")]);
        var made = client.List(new PredictionQuery()).Single();
        var ended = await client.WaitAsync(made, Forever, null, Cancel);
        var before = (await Shop.StateAsync()).Number("gets");

        // One because it says so itself, the other because the ledger does.
        await client.WaitAsync(Of(id) with { Status = KlingStatus.Error }, Forever, null, Cancel);
        var again = await client.WaitAsync(new KlingPrediction { Id = ended.Id }, Forever, null, Cancel);

        Assert.Equal((KlingStatus.Success, ended.OutputUrl), (again.Status, again.OutputUrl));
        Assert.Equal(before, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_wait_that_begins_while_another_is_being_told_of_the_end_ends_too()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var client = Client();
        Task<KlingPrediction>? late = null;

        await client.WaitAsync(Of(id), Forever, new Collector(_ => late = client.WaitAsync(Of(id), Forever, null, Cancel)), Cancel);

        Assert.Equal(KlingStatus.Success, (await late!.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).Status);
    }

    [Fact]
    public async Task Closing_the_connection_ends_every_wait_with_an_error_and_asks_nothing_any_more()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        var client = Client();
        var waits = Enumerable.Range(0, 3).Select(_ => client.WaitAsync(Of(id), Forever, null, Cancel)).ToList();
        await Until.TrueAsync(async () => (await Shop.StateAsync()).Number("gets") >= 2);

        Shop.Kill(client);

        foreach (var wait in waits.Append(client.WaitAsync(Of(id), Forever, null, Cancel)))
        {
            var error = await Assert.ThrowsAsync<KlingException>(() => wait.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
            Assert.Contains("closed", error.Message, StringComparison.Ordinal);
        }

        await AssertNothingIsAskedAsync();
    }

    [Theory]
    [InlineData("0", 5, 5)]
    [InlineData("3600", 2, 55)]
    public async Task A_service_that_is_too_busy_is_left_alone_for_as_long_as_it_asks_but_no_less_than_an_interval_and_no_more_than_a_minute(string retryAfter, int times, double seconds)
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "429", retryAfter, times });

        await Client().WaitAsync(Of(id), Forever, null, Cancel);

        // The retries of one look come first where they may.
        var looks = (await Shop.StateAsync()).GetProperty("calls").EnumerateArray()
            .Where(call => call.GetProperty("method").GetString() == "GET").Select(call => call.Number("at")).ToList();
        var gaps = looks.Zip(looks.Skip(1), (one, next) => (next - one) / 1000.0).ToList();
        Assert.Equal(times, gaps.Count);
        Assert.All(retryAfter == "0" ? gaps[^1..] : gaps, gap => Assert.InRange(gap, seconds, seconds + 60));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_by_hours_holds_nothing_up()
    {
        await using var server = new RawServer(call => call.AnswerAsync(200, """{"status":"processing"}"""));
        var time = new WallClock(_time);
        var client = Shop.Client(options => options with { BaseUri = server.Uri, PollInterval = Interval }, time);
        using var cancel = new CancellationTokenSource();
        var wait = client.WaitAsync(Of("p-1"), Forever, null, cancel.Token);
        await Until.TrueAsync(() => server.Requests.Count == 1);

        time.Ahead = TimeSpan.FromHours(-5);

        await Until.TrueAsync(() => server.Requests.Count >= 3);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task A_job_is_looked_at_seldom_while_it_is_too_young_to_end_and_at_every_interval_when_it_may()
    {
        Know(Enumerable.Range(0, 30).Select(n => 60.0 + n));
        await Shop.Simulator.SettingsAsync(("job-seconds", 75), ("job-spread", 0));
        var id = await Shop.Simulator.CreatedAsync("usual");

        await Client().WaitAsync(New(id), Forever, null, Cancel);

        await Shop.Simulator.SettingsAsync(("job-seconds", 300), ("job-spread", 0.3));
        var (ages, job) = await LooksAsync();
        // At the first interval, when nine of ten still run, and then at each interval until the end.
        Assert.InRange(ages.Count, 4, 7);
        Assert.InRange(ages[1], 58, 62);
        Assert.All(ages.Skip(1).Zip(ages.Skip(2), (one, next) => next - one), gap => Assert.InRange(gap, 4.5, 7.5));
        Assert.InRange(ages[^1] - ((job.Number("endsAt") - job.Number("createdAt")) / 1000.0), 0, 7.5);
    }

    [Fact]
    public async Task A_job_that_ends_much_earlier_than_others_is_still_seen_within_two_minutes()
    {
        Know(Enumerable.Repeat(3000.0, 30));
        await Shop.Simulator.SettingsAsync(("job-seconds", 30));
        var id = await Shop.Simulator.CreatedAsync("early");

        await Client().WaitAsync(New(id), Forever, null, Cancel);

        await Shop.Simulator.SettingsAsync(("job-seconds", 300));
        var (ages, _) = await LooksAsync();
        Assert.Equal(2, ages.Count);
        Assert.InRange(ages[1], 120, 130);
    }

    [Theory]
    [InlineData(4, 1000, "Success")]
    [InlineData(50, 20, "Success")]
    [InlineData(50, 1000, "Cancelled")]
    public async Task Where_too_little_is_known_or_a_job_is_older_than_others_were_it_is_looked_at_at_every_interval(int jobs, double seconds, string status)
    {
        Know(Enumerable.Repeat(seconds, jobs), Enum.Parse<KlingStatus>(status));
        await Shop.Simulator.SettingsAsync(("job-seconds", 60), ("job-spread", 0));
        var id = await Shop.Simulator.CreatedAsync("long");

        await Client().WaitAsync(New(id), Forever, null, Cancel);

        await Shop.Simulator.SettingsAsync(("job-seconds", 300), ("job-spread", 0.3));
        var gaps = (await LooksAsync()).Ages.Where(age => age > 20).ToList();
        Assert.InRange(gaps.Count, 5, 9);
    }

    [Fact]
    public async Task What_ends_in_this_run_is_learned_from_at_once()
    {
        await Shop.Simulator.SettingsAsync(("job-seconds", 60), ("job-spread", 0), ("max-concurrent", 20));
        var client = Client();
        var first = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Shop.Simulator.CreatedAsync($"first {n}")));
        await Task.WhenAll(first.Select(id => client.WaitAsync(New(id), Forever, null, Cancel)));
        var before = (await Shop.StateAsync()).Number("gets");

        await client.WaitAsync(New(await Shop.Simulator.CreatedAsync("next")), Forever, null, Cancel);

        await Shop.Simulator.SettingsAsync(("job-seconds", 300), ("job-spread", 0.3), ("max-concurrent", 10));
        Assert.True(before >= 5 * 8, $"{before} looks at the first five");
        Assert.InRange((await Shop.StateAsync()).Number("gets") - before, 2, 4);
    }

    private KlingPrediction New(string id) => Of(id) with { Model = SimulatorClient.Model, CreatedAt = _time.GetUtcNow() };

    /// <summary>Lets the ledger know of jobs that took so long, and were seen hours later.</summary>
    private void Know(IEnumerable<double> seconds, KlingStatus status = KlingStatus.Success)
    {
        var account = new ConnectionOptions { ApiKey = SimulatorProcess.Key, BaseUri = Shop.Simulator.Uri }.AccountHash();
        using var ledger = SqliteLedger.Open(Shop.Home, account, _time);
        foreach (var (took, n) in seconds.Select((took, n) => (took, n)))
        {
            ledger.Save(New($"known-{n}") with { Status = status, PredictTime = took, CompletedAt = _time.GetUtcNow().AddHours(3) });
        }
    }

    /// <summary>How old the only job was at each look at it, in seconds, and the job.</summary>
    private async Task<(List<double> Ages, JsonElement Job)> LooksAsync()
    {
        var state = await Shop.StateAsync();
        var job = state.GetProperty("jobs")[0];
        return (state.GetProperty("calls").EnumerateArray().Where(call => call.GetProperty("method").GetString() == "GET")
            .Select(call => (call.Number("at") - job.Number("createdAt")) / 1000.0).ToList(), job);
    }

    private static KlingPrediction Of(string id) => new() { Id = id };

    private KlingClient Client(Uri? service = null) =>
        Shop.Client(options => options with { BaseUri = service ?? options.BaseUri, PollInterval = Interval }, _time);

    private async Task AssertNothingIsAskedAsync()
    {
        // A request may be on its way.
        await Task.Delay(30, Cancel);
        var before = (await Shop.StateAsync()).GetProperty("calls").GetArrayLength();
        await Task.Delay(Interval * 6 / TimesAsFast, Cancel);
        Assert.Equal(before, (await Shop.StateAsync()).GetProperty("calls").GetArrayLength());
    }

    private static void InterlockedMost(ref int most, int now)
    {
        for (int before; (before = Volatile.Read(ref most)) < now && Interlocked.CompareExchange(ref most, now, before) != before;)
        {
        }
    }

    public sealed class Fixture : SimulatorFixture
    {
        protected override int Speed => TimesAsFast;
    }

    private sealed class Collector(Action<KlingPrediction> tell) : IProgress<KlingPrediction>
    {
        public Collector(ConcurrentQueue<KlingStatus> statuses)
            : this(prediction => statuses.Enqueue(prediction.Status))
        {
        }

        public void Report(KlingPrediction value) => tell(value);
    }

    /// <summary>A clock on a wall, which anybody may set.</summary>
    private sealed class WallClock(TimeProvider clockwork) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => clockwork.GetUtcNow() + Ahead;

        public override long GetTimestamp() => clockwork.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clockwork.CreateTimer(callback, state, dueTime, period);
    }
}
