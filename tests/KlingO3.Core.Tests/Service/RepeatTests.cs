using System.Globalization;
using System.Text.Json;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>What is asked again, when, how often, and what is not. The simulator and the client live twenty seconds in each second.</summary>
public sealed class RepeatTests(RepeatTests.Fixture fixture) : IClassFixture<RepeatTests.Fixture>, IAsyncLifetime
{
    private const int TimesAsFast = 20;

    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _shop = await Workshop.OpenOnAsync(fixture.Simulator);

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    public static TheoryData<string> Passing =>
    [
        """{"on":"get","do":"status","status":500,"times":2}""",
        """{"on":"get","do":"status","status":503,"times":2}""",
        """{"on":"get","do":"status","status":408,"times":2}""",
        """{"on":"get","do":"html","status":502,"times":2}""",
        """{"on":"get","do":"gateway","status":504,"times":2}""",
        """{"on":"get","do":"empty","status":502,"times":2}""",
        """{"on":"get","do":"429","times":2}""",
        """{"on":"get","do":"cut","bytes":0,"times":2}""",
        """{"on":"get","do":"cut","bytes":20,"times":2}""",
        """{"on":"get","do":"reset-before","times":2}""",
        """{"on":"get","do":"reset-after","times":2}""",
        """{"on":"get","do":"reset-after","bytes":20,"times":2}""",
        """{"on":"get","do":"hang","seconds":3,"times":2}""",
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_get_is_asked_again_until_it_is_answered(string fault)
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync(fault);

        var prediction = await Client().GetAsync(id, Cancel);

        Assert.Equal((id, false), (prediction.Id, prediction.IsFinal()));
        var state = await Shop.StateAsync();
        Assert.Equal((3, 2), (state.Number("gets"), state.Number("injected")));
    }

    [Theory]
    [InlineData("""{"on":"get","do":"status","status":500,"times":-1}""", KlingErrorId.ServerError)]
    [InlineData("""{"on":"get","do":"html","status":503,"times":-1}""", KlingErrorId.ServerError)]
    [InlineData("""{"on":"get","do":"429","times":-1}""", KlingErrorId.RateLimited)]
    [InlineData("""{"on":"get","do":"reset-before","times":-1}""", KlingErrorId.NetworkError)]
    [InlineData("""{"on":"get","do":"cut","bytes":10,"times":-1}""", KlingErrorId.NetworkError)]
    public async Task It_gives_up_after_five_attempts_that_lie_ever_farther_apart(string fault, string errorId)
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync(fault);

        var error = await Assert.ThrowsAsync<KlingException>(() => Client().GetAsync(id, Cancel));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(id, error.Message, StringComparison.Ordinal);
        var gaps = await GapsAsync();
        Assert.Equal(4, gaps.Count);

        // Half a second, doubled each time, less a fifth of jitter; an exchange takes its time too.
        Assert.All(gaps.Index(), gap => Assert.InRange(gap.Item, 0.8 * 500 * Math.Pow(2, gap.Index), (1.2 * 500 * Math.Pow(2, gap.Index)) + 15_000));
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up_within_three_minutes()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "200");
        var id = await shop.Simulator.CreatedAsync("[never]");
        await shop.Simulator.FaultsAsync(new { on = "get", @do = "hang", times = -1 });
        var time = new ScaledTime(200);
        var began = time.GetTimestamp();

        var error = await Assert.ThrowsAsync<KlingException>(() => shop.Client(time: time).GetAsync(id, Cancel));

        Assert.Equal(KlingErrorId.NetworkError, error.ErrorId);
        Assert.Contains("60 s", error.Message, StringComparison.Ordinal);
        Assert.InRange(time.GetElapsedTime(began).TotalSeconds, 180, 300);
        Assert.Equal(3, (await shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_an_error_that_says_what_to_check()
    {
        var server = new RawServer(call => call.AnswerAsync(200, "{}"));
        await server.DisposeAsync();

        var error = await Assert.ThrowsAsync<KlingException>(() => Client(server.Uri).GetAsync("p-1", Cancel));

        Assert.Equal((KlingErrorId.NetworkError, "p-1"), (error.ErrorId, error.PredictionId));
        Assert.Contains("network", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_as_many_seconds_as_the_service_asks()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync("""{"on":"get","do":"429","retryAfter":15}""", """{"on":"get","do":"status","status":503,"retryAfter":15}""");

        await Client().GetAsync(id, Cancel);

        var gaps = await GapsAsync();
        // The simulator counts by a clock of its own.
        Assert.Equal(2, gaps.Count);
        Assert.All(gaps, gap => Assert.InRange(gap, 14_900, 28_000));
    }

    [Fact]
    public async Task It_waits_until_the_date_that_the_service_names_by_the_service_s_clock()
    {
        // Of the service's clock, which is an hour wrong, and told in whole seconds.
        await Shop.Simulator.SettingsAsync(("clock-skew", 3600));
        var id = await Shop.Simulator.CreatedAsync("[never]");
        var then = DateTimeOffset.FromUnixTimeMilliseconds((await Shop.StateAsync()).Number("now")).AddSeconds(25);
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status = 503, retryAfter = then.ToString("R", CultureInfo.InvariantCulture) });

        await Client().GetAsync(id, Cancel);

        await Shop.Simulator.SettingsAsync(("clock-skew", 0));
        Assert.InRange(Assert.Single(await GapsAsync()), 12_000, 40_000);
    }

    [Fact]
    public async Task A_service_that_asks_for_an_hour_is_an_error_at_once_whose_pause_is_15_minutes()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync("""{"on":"get","do":"status","status":503,"retryAfter":3600,"times":-1}""");

        var error = await Assert.ThrowsAsync<KlingException>(() => Client().GetAsync(id, Cancel));

        Assert.Equal((KlingErrorId.ServerError, TimeSpan.FromMinutes(15)), (error.ErrorId, error.RetryAfter));
        Assert.Equal(1, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_service_that_asks_for_no_pause_at_all_gets_one_all_the_same()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync("""{"on":"get","do":"429","retryAfter":0,"times":-1}""");

        await Assert.ThrowsAsync<KlingException>(() => Client().GetAsync(id, Cancel));

        Assert.True((await GapsAsync()).Sum() > 0.8 * 7_500, "Five attempts came at once.");
    }

    [Theory]
    [InlineData("""{"on":"cancel","do":"reset-after"}""")]
    [InlineData("""{"on":"cancel","do":"status","status":503}""")]
    [InlineData("""{"on":"cancel","do":"gateway","made":true}""")]
    public async Task A_cancel_is_sent_again_too_for_it_costs_nothing(string fault)
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync(fault);

        var prediction = await Client().CancelAsync(id, Cancel);

        Assert.Equal(KlingStatus.Cancelled, prediction.Status);
        var state = await Shop.StateAsync();
        Assert.Equal(2, state.Number("cancels"));
        Assert.Equal("cancelled", state.GetProperty("jobs")[0].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(400, KlingErrorId.InvalidInput, """{"error":"no such thing"}""", "no such thing")]
    [InlineData(422, KlingErrorId.InvalidInput, """{"status":"error","message":"bad","details":"the id"}""", "bad (the id)")]
    [InlineData(401, KlingErrorId.Unauthorized, """{"status":401,"error":"key revoked","details":{}}""", "key revoked")]
    [InlineData(402, KlingErrorId.PaymentRequired, """{"error":"insufficient balance"}""", "insufficient balance")]
    [InlineData(403, KlingErrorId.Forbidden, """{"error":{"code":7}}""", """{"code":7}""")]
    [InlineData(404, KlingErrorId.NotFound, "{}", null)]
    [InlineData(404, KlingErrorId.NotFound, "<html>no</html>", null)]
    [InlineData(418, KlingErrorId.BadResponse, "", null)]
    public async Task A_no_is_taken_for_a_no_and_told_in_the_service_s_words(int status, string errorId, string body, string? said)
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status, body, times = -1 });

        var error = await Assert.ThrowsAsync<KlingException>(() => Client().GetAsync(id, Cancel));

        Assert.Equal((errorId, status, said, id), (error.ErrorId, error.StatusCode, error.ServiceMessage, error.PredictionId));
        Assert.NotEmpty(error.RecommendedAction);
        Assert.Contains(said ?? id, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_refusal_carries_the_request_s_id_which_the_service_s_support_asks_for()
    {
        await using var server = new RawServer(call => call.AnswerAsync(403, "", "X-Request-Id: req-77"));

        var error = await Assert.ThrowsAsync<KlingException>(() => Client(server.Uri).GetAsync("p-1", Cancel));

        Assert.Equal("req-77", error.RequestId);
    }

    [Fact]
    public async Task An_answer_that_is_no_answer_of_this_api_is_told_with_the_prediction_s_id_and_not_asked_for_again()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync("""{"on":"get","do":"html","status":200,"times":-1}""");

        var error = await Assert.ThrowsAsync<KlingException>(() => Client().GetAsync(id, Cancel));

        Assert.Equal((KlingErrorId.BadResponse, id), (error.ErrorId, error.PredictionId));
        Assert.Equal(1, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task Cancelling_ends_the_pauses_and_nothing_is_asked_any_more()
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await PlanAsync("""{"on":"get","do":"429","retryAfter":10,"times":-1}""");
        using var cancel = new CancellationTokenSource();
        var get = Client().GetAsync(id, cancel.Token);
        await Until.TrueAsync(async () => (await Shop.StateAsync()).Number("gets") == 1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
        await Task.Delay(TimeSpan.FromSeconds(20.0 / TimesAsFast), Cancel);
        Assert.Equal(1, (await Shop.StateAsync()).Number("gets"));
    }

    private KlingClient Client(Uri? service = null) =>
        Shop.Client(options => options with { BaseUri = service ?? options.BaseUri }, new ScaledTime(TimesAsFast));

    private Task PlanAsync(params string[] faults) => Shop.Simulator.FaultsAsync([.. faults.Select(fault => (object)JsonSerializer.Deserialize<JsonElement>(fault))]);

    /// <summary>How far apart the GETs were, in the simulator's milliseconds.</summary>
    private async Task<List<long>> GapsAsync()
    {
        var times = (await Shop.StateAsync()).GetProperty("calls").EnumerateArray()
            .Where(call => call.GetProperty("method").GetString() == "GET").Select(call => call.Number("at")).ToList();
        return [.. times.Zip(times.Skip(1), (one, next) => next - one)];
    }

    public sealed class Fixture : SimulatorFixture
    {
        protected override int Speed => TimesAsFast;
    }
}
