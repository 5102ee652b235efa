using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>When a row is sent again after a lost answer, and when it never is. Counted at the simulator.</summary>
public sealed class LostAnswerTests
{
    private static readonly object UnreadableAndNotMade = new { on = "create", @do = "json", body = """{"status":"success"}""", made = false, times = -1 };
    private static readonly object LostBefore = new { on = "create", @do = "reset-before", times = -1 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_2xx_that_cannot_be_read_is_never_sent_again_by_itself(bool retryUnknown)
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(UnreadableAndNotMade);

        for (var run = 1; run <= 3; run++)
        {
            var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")], new CreateOptions { RetryUnknown = retryUnknown }));

            Assert.Equal(KlingErrorId.CreateUnknown, Assert.IsType<KlingException>(outcome).ErrorId);
            Assert.Equal(retryUnknown ? run : 1, (await shop.StateAsync()).Number("createCalls"));
        }
    }

    [Theory]
    [InlineData(200, "x; Write-Host {id}")]
    [InlineData(429, "{id}\u001b[2J")]
    [InlineData(503, "../{id}")]
    public async Task A_create_that_is_answered_with_an_id_that_can_be_none_is_never_sent_again_by_itself(int status, string id)
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "json", status, body = $$"""{"status":"success","predictionID":"{{id.Replace("\u001b", "\\u001b", StringComparison.Ordinal)}}"}""", made = false, times = -1 });

        for (var run = 1; run <= 3; run++)
        {
            var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")]));

            var unknown = Assert.IsType<KlingException>(outcome);
            Assert.Equal(KlingErrorId.CreateUnknown, unknown.ErrorId);
            Assert.DoesNotContain(unknown.Message, char.IsControl);
            Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
        }
    }

    [Fact]
    public async Task A_job_whose_create_was_answered_with_an_id_that_can_be_none_is_found_in_the_list()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "json", body = """{"status":"success","predictionID":"{id}; Write-Host owned"}""", made = true, times = -1 });

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")]));

        Assert.Matches("^[A-Za-z0-9_-]+$", Assert.IsType<CreateResult>(outcome).Prediction!.Id!);
        Assert.Equal((1, 1), ((await shop.StateAsync()).Number("createCalls"), (await shop.StateAsync()).Number("creates")));
    }

    [Fact]
    public async Task Three_unknown_rows_in_a_row_end_the_creating()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(UnreadableAndNotMade);
        var run = shop.Run(shop.Client());

        foreach (var n in Enumerable.Range(0, 6))
        {
            var ticket = run.Submit(Workshop.Row($"{n} is a row", "spring"), TestContext.Current.CancellationToken);
            await ticket.NextMayStart;
            await Task.WhenAny(ticket.Result);
        }

        Assert.Equal(3, (await shop.StateAsync()).Number("createCalls"));
        Assert.Equal((3, 3), (run.Report.Unknown, run.Report.NotSent));
        Assert.Equal(KlingErrorId.CreateUnknown, run.Stopped?.ErrorId);
    }

    [Fact]
    public async Task A_lost_answer_is_sent_again_once_and_however_often_the_line_is_run()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(LostBefore);

        for (var run = 1; run <= 3; run++)
        {
            var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")]));
            Assert.Equal(KlingErrorId.CreateUnknown, Assert.IsType<KlingException>(outcome).ErrorId);
        }

        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
        Assert.Contains(shop.Notices, notice => notice.Level == NoticeLevel.Warning && notice.Message.Contains("proves that nothing was created", StringComparison.Ordinal));

        await shop.Simulator.ClearFaultsAsync();
        Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")], new CreateOptions { RetryUnknown = true })));
        Assert.Equal((1, 3), ((await shop.StateAsync()).Number("creates"), (await shop.StateAsync()).Number("createCalls")));
    }

    [Fact]
    public async Task Server_errors_are_waited_through_and_one_that_lasts_ends_the_run_with_one_error()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "20");
        await PlantHistoryAsync(shop);
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "gateway", status = 502, body = """{"message":"upstream"}""", made = false, times = -1 });
        var run = shop.Run(shop.Client(options => options with { SettleDelay = TimeSpan.FromSeconds(2) }, new ScaledTime(20)));
        var first = run.Submit(Workshop.Row("one"), TestContext.Current.CancellationToken);
        await first.NextMayStart;
        var second = run.Submit(Workshop.Row("two"), TestContext.Current.CancellationToken);

        Assert.Equal([CreateOutcome.NotSent, CreateOutcome.NotSent], (await Task.WhenAll(first.Result, second.Result)).Select(result => result.Outcome));

        Assert.Equal(KlingErrorId.ServerError, run.Stopped?.ErrorId);
        Assert.Equal("upstream", run.Stopped?.ServiceMessage);
        Assert.InRange((await shop.StateAsync()).Number("createCalls"), 3, 40);
        Assert.Equal(0, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task A_list_that_has_never_shown_anything_is_believed_once()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "status", status = 503, times = -1 });

        for (var run = 1; run <= 3; run++)
        {
            var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")]));
            Assert.Equal(KlingErrorId.CreateUnknown, Assert.IsType<KlingException>(outcome).ErrorId);
        }

        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_list_that_does_not_show_what_was_accepted_proves_nothing()
    {
        await using var shop = await Workshop.OpenAsync("--list-delay", "3600");
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "reset-after", skip = 1 });

        var outcomes = await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring"), Workshop.Row("other", "spring")]);

        var unknown = Assert.IsType<KlingException>(outcomes[1]);
        Assert.Contains("which was accepted", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task A_row_that_was_sent_is_settled_although_the_creating_has_stopped()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "reset-after", match = "first" }, new { on = "create", @do = "status", status = 402, match = "second" });
        var run = shop.Run(shop.Client(options => options with { SettleDelay = TimeSpan.FromSeconds(1) }));
        await shop.Simulator.SettingsAsync(("list-delay", 2));

        var first = run.Submit(Workshop.Row("first"), TestContext.Current.CancellationToken);
        await first.NextMayStart;
        var second = await run.Submit(Workshop.Row("second"), TestContext.Current.CancellationToken).Result;

        Assert.Equal(CreateOutcome.NotSent, second.Outcome);
        Assert.Equal(CreateOutcome.Settled, (await first.Result).Outcome);
        Assert.Equal((1, 1), (run.Report.Created, run.Report.NotSent));
    }

    [Fact]
    public async Task A_list_that_fails_for_ever_ends_in_unknown_and_one_that_fails_for_a_while_does_not()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "20");
        var time = new ScaledTime(20);
        KlingClient Client() => shop.Client(options => options with { SettleDelay = TimeSpan.FromSeconds(2) }, time);
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "reset-after" }, new { on = "list", @do = "gateway", status = 504, made = false, times = -1 });

        var unknown = Assert.IsType<KlingException>(Assert.Single(await shop.CreateAsync(Client(), [Workshop.Row("one", "spring")])));
        await shop.Simulator.ClearFaultsAsync();
        await shop.Simulator.FaultsAsync(new { on = "list", @do = "gateway", status = 504, made = false, times = 12 });
        var adopted = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(Client(), [Workshop.Row("one", "spring")])));

        Assert.Equal(KlingErrorId.CreateUnknown, unknown.ErrorId);
        Assert.Contains("cannot be read", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(CreateOutcome.Settled, adopted.Outcome);
        Assert.Equal(1, (await shop.StateAsync()).Number("creates"));
        Assert.Contains(shop.Notices, notice => notice.Level == NoticeLevel.Warning && notice.Message.Contains("list is read again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_candidate_is_named_and_can_be_adopted_by_its_id()
    {
        await using var shop = await Workshop.OpenAsync();
        var candidate = await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("A CAT dances"));
        await shop.Simulator.FaultsAsync(LostBefore);
        var row = Workshop.Row("a cat dances on the roof", "spring");

        var unknown = Assert.IsType<KlingException>(Assert.Single(await shop.CreateAsync(shop.Client(), [row])));
        var adopted = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(shop.Client(), [row], new CreateOptions { AdoptIds = [candidate] })));

        Assert.Contains(candidate, unknown.Message, StringComparison.Ordinal);
        Assert.Contains($"-AdoptId '{candidate}'", unknown.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal((CreateOutcome.Settled, candidate), (adopted.Outcome, adopted.Prediction!.Id));
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task The_service_s_clock_is_known_before_the_first_create()
    {
        await using var shop = await Workshop.OpenAsync("--clock-skew", "7200");
        await shop.CreateAsync(shop.Client(), [Workshop.Row("one")]);

        var calls = (await shop.StateAsync()).GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("method").GetString()).ToList();
        Assert.True(calls.IndexOf("GET") >= 0 && calls.IndexOf("GET") < calls.IndexOf("POST"));
    }

    /// <summary>A job of another day, so that the list is that of an account which shows what it made.</summary>
    private static Task<string> PlantHistoryAsync(Workshop shop) =>
        shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("of another day"), createdSecondsAgo: 5 * 24 * 3600);
}
