using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class CreateTests
{
    [Fact]
    public async Task Twenty_four_rows_are_twenty_four_creates_and_never_more_than_ten_in_flight()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300");
        var client = shop.Client();

        var outcomes = await shop.CreateAsync(client, Enumerable.Range(0, 24).Select(n => Workshop.Row($"row {n}")));

        Assert.All(outcomes, outcome => Assert.Equal(CreateOutcome.Created, Assert.IsType<CreateResult>(outcome).Outcome));
        var state = await shop.StateAsync();
        Assert.Equal((24, 24), (state.Number("creates"), state.Number("createCalls")));
        Assert.Equal(0, state.Refused("concurrency") + state.Refused("rateLimited"));
        Assert.InRange(state.Number("maxInFlight"), 5, 10);
        Assert.Equal(24, state.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("input").GetProperty("prompt").GetString()).Distinct().Count());
    }

    /// <summary>What can happen to a create, how many calls it then takes, and whether one job comes of it.</summary>
    public static TheoryData<string, int> RecoverableFaults => new()
    {
        { """{"on":"create","do":"429","retryAfter":0}""", 2 },
        { """{"on":"create","do":"429","retryAfter":0,"times":3}""", 4 },
        { """{"on":"create","do":"status","status":500}""", 2 },
        { """{"on":"create","do":"status","status":503,"retryAfter":0,"times":2}""", 3 },
        { """{"on":"create","do":"gateway","status":504,"made":false}""", 2 },
        { """{"on":"create","do":"gateway","status":504,"made":true}""", 1 },
        { """{"on":"create","do":"html","status":502,"made":false}""", 2 },
        { """{"on":"create","do":"html","status":502,"made":true}""", 1 },
        { """{"on":"create","do":"html","status":200,"made":true}""", 1 },
        { """{"on":"create","do":"empty","status":200}""", 1 },
        { """{"on":"create","do":"empty","status":502,"made":false}""", 2 },
        { """{"on":"create","do":"json","body":"{}"}""", 1 },
        { """{"on":"create","do":"json","body":"[1,2"}""", 1 },
        { """{"on":"create","do":"json","body":"{}","status":500,"made":true}""", 1 },
        { """{"on":"create","do":"reset-before"}""", 2 },
        { """{"on":"create","do":"reset-after"}""", 1 },
        { """{"on":"create","do":"reset-after","bytes":20}""", 1 },
        { """{"on":"create","do":"cut","bytes":10}""", 1 },
        { """{"on":"create","do":"hang","seconds":1,"made":true}""", 1 },
        { """{"on":"create","do":"hang","seconds":1,"made":false}""", 2 },
        { """{"on":"create","do":"status","status":307,"location":"/v1/prediction"}""", 2 },
    };

    [Theory]
    [MemberData(nameof(RecoverableFaults))]
    public async Task Whatever_happens_to_a_create_one_job_is_made_and_its_id_is_known(string fault, int calls)
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("of another day"), createdSecondsAgo: 5 * 24 * 3600);
        await shop.Simulator.FaultsAsync(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(fault));

        var outcome = Assert.Single(await shop.CreateAsync(client, [Workshop.Row("one")]));

        var prediction = Assert.IsType<CreateResult>(outcome).Prediction;
        var state = await shop.StateAsync();
        Assert.Equal((1, calls), (state.Number("creates"), state.Number("createCalls")));
        Assert.Equal(state.GetProperty("jobs").EnumerateArray().Single(job => !job.GetProperty("planted").GetBoolean()).GetProperty("id").GetString(), prediction?.Id);
        Assert.Equal(prediction?.Id, Assert.Single(client.List(new PredictionQuery())).Id);
    }

    [Theory]
    [InlineData(400, KlingErrorId.InvalidInput)]
    [InlineData(422, KlingErrorId.InvalidInput)]
    [InlineData(403, KlingErrorId.Forbidden)]
    [InlineData(404, KlingErrorId.NotFound)]
    public async Task A_refused_row_is_one_error_and_the_next_row_goes_on(int status, string errorId)
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "status", status, location = "/v1/models", match = "bad" });

        var outcomes = await shop.CreateAsync(client, [Workshop.Row("good 1"), Workshop.Row("bad"), Workshop.Row("good 2")]);

        Assert.Equal(errorId, Assert.IsType<KlingException>(outcomes[1]).ErrorId);
        Assert.IsType<CreateResult>(outcomes[2]);
        Assert.Equal(3, (await shop.StateAsync()).Number("createCalls"));
        Assert.Equal(2, client.List(new PredictionQuery()).Count());
    }

    [Fact]
    public async Task A_bad_key_is_found_out_with_one_create()
    {
        await using var shop = await Workshop.OpenAsync();
        var run = shop.Run(shop.Client(options => options with { ApiKey = "wrong-key-1234" }));

        foreach (var n in Enumerable.Range(0, 5))
        {
            var ticket = run.Submit(Workshop.Row($"row {n}"), TestContext.Current.CancellationToken);
            await ticket.NextMayStart;
            Assert.Equal(CreateOutcome.NotSent, (await ticket.Result).Outcome);
        }

        Assert.Equal(KlingErrorId.Unauthorized, run.Stopped?.ErrorId);
        Assert.False(run.AnyAccepted);
        Assert.Equal(5, run.NotSent);
        Assert.Single((await shop.StateAsync()).GetProperty("calls").EnumerateArray(), call => call.GetProperty("method").GetString() == "POST");
    }

    [Fact]
    public async Task An_empty_balance_ends_the_creating_and_leaves_what_is_in_flight()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "100", "--balance", "1.30", "--cost", "0.42");
        var client = shop.Client();

        var outcomes = await shop.CreateAsync(client, Enumerable.Range(0, 8).Select(n => Workshop.Row($"row {n}")));

        Assert.Equal(3, outcomes.Count(outcome => outcome is CreateResult { Outcome: CreateOutcome.Created }));
        Assert.Equal(5, outcomes.Count(outcome => outcome is CreateResult { Outcome: CreateOutcome.NotSent }));
        var state = await shop.StateAsync();
        Assert.Equal((3, 4, 1), (state.Number("creates"), state.Number("createCalls"), state.Refused("payment")));
        foreach (var created in outcomes.OfType<CreateResult>().Where(outcome => outcome.Prediction is not null))
        {
            var ended = await client.WaitAsync(created.Prediction!, TimeSpan.FromMinutes(1), null, TestContext.Current.CancellationToken);
            Assert.Equal(KlingStatus.Success, ended.Status);
        }
    }

    [Fact]
    public async Task A_429_holds_every_row_for_as_long_as_the_service_asks_and_then_the_same_row_goes_on()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "429", retryAfter = 2, skip = 1 });
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var outcomes = await shop.CreateAsync(client, Enumerable.Range(0, 4).Select(n => Workshop.Row($"row {n}")));

        Assert.All(outcomes, outcome => Assert.IsType<CreateResult>(outcome));
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(2), $"it took only {watch.Elapsed}");
        var calls = (await shop.StateAsync()).GetProperty("calls").EnumerateArray().Where(call => call.GetProperty("method").GetString() == "POST").ToList();
        Assert.Equal(5, calls.Count);
        Assert.True(calls[2].GetProperty("at").GetInt64() - calls[1].GetProperty("at").GetInt64() >= 1_950);
        Assert.Contains(shop.Notices, notice => notice.Level == NoticeLevel.Warning && notice.Message.Contains("429", StringComparison.Ordinal) && notice.Message.Contains("2 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_ends_the_run_with_one_error_and_nothing_is_left_behind()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client(options => options with { BaseUri = new Uri("http://127.0.0.1:9/v1") }, new ScaledTime(50));

        var run = shop.Run(client);

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => run.Submit(Workshop.Row($"row {n}"), TestContext.Current.CancellationToken).Result));

        Assert.All(results, result => Assert.Equal(CreateOutcome.NotSent, result.Outcome));
        Assert.Equal(KlingErrorId.NetworkError, run.Stopped?.ErrorId);
        Assert.Empty(client.List(new PredictionQuery()));
    }

    [Fact]
    public async Task A_create_that_is_never_answered_is_settled_when_its_time_is_over()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "40");
        var client = shop.Client(options => options with { PollInterval = TimeSpan.FromSeconds(5), SettleDelay = TimeSpan.FromSeconds(30) }, new ScaledTime(40));
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "hang" });

        var outcome = Assert.Single(await shop.CreateAsync(client, [Workshop.Row("one")]));

        Assert.Equal(CreateOutcome.Settled, Assert.IsType<CreateResult>(outcome).Outcome);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_row_that_waits_for_a_slot_can_be_withdrawn_and_was_never_sent()
    {
        await using var shop = await Workshop.OpenAsync();
        var run = shop.Run(shop.Client(options => options with { MaxConcurrent = 1 }));
        await run.Submit(Workshop.Row("one"), TestContext.Current.CancellationToken).Result;
        using var cancel = new CancellationTokenSource();
        var waiting = run.Submit(Workshop.Row("two"), cancel.Token);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(waiting.NextMayStart.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Result);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_slot_that_nobody_watches_frees_itself_when_its_prediction_ends()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300");
        var earlier = shop.Client(options => options with { MaxConcurrent = 1 });
        await shop.CreateAsync(earlier, [Workshop.Row("one")]);
        shop.Kill(earlier);

        var outcomes = await shop.CreateAsync(shop.Client(options => options with { MaxConcurrent = 1 }), [Workshop.Row("two"), Workshop.Row("three")]);

        Assert.All(outcomes, outcome => Assert.IsType<CreateResult>(outcome));
        Assert.Equal(1, (await shop.StateAsync()).Number("maxInFlight"));
    }

    [Fact]
    public async Task Four_processes_together_keep_the_limits()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "60", "--job-seconds", "60");
        ConnectionOptions Three(ConnectionOptions options) => options with { MaxConcurrent = 3, CreatesPerMinute = 12 };
        var time = new ScaledTime(60);

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(p => shop.CreateAsync(shop.Client(Three, time), Enumerable.Range(0, 6).Select(n => Workshop.Row($"row {p} {n}")))));

        Assert.All(all.SelectMany(outcomes => outcomes), outcome => Assert.IsType<CreateResult>(outcome));
        var state = await shop.StateAsync();
        Assert.Equal((24, 24), (state.Number("creates"), state.Number("createCalls")));
        Assert.InRange(state.Number("maxInFlight"), 2, 3);
        var times = state.GetProperty("createTimes").EnumerateArray().Select(at => at.GetInt64()).Order().ToList();
        Assert.All(times.Zip(times.Skip(12)), pair => Assert.True(pair.Second - pair.First > 58_000, $"13 creates within {pair.Second - pair.First} ms"));
    }
}
