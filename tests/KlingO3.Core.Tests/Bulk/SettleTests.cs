using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class SettleTests
{
    private static readonly object LostAfter = new { on = "create", @do = "reset-after" };
    private static readonly object LostBefore = new { on = "create", @do = "reset-before" };

    [Fact]
    public async Task Equal_rows_that_are_lost_at_once_each_get_an_execution_of_their_own()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "reset-after", times = 3 }, new { on = "create", @do = "reset-before" });

        var outcomes = await shop.CreateAsync(shop.Client(), Enumerable.Repeat(Workshop.Row("the same"), 6));

        Assert.Equal(6, outcomes.Select(outcome => Assert.IsType<CreateResult>(outcome).Prediction!.Id).Distinct().Count());
        Assert.Equal((6, 7), ((await shop.StateAsync()).Number("creates"), (await shop.StateAsync()).Number("createCalls")));
    }

    [Fact]
    public async Task An_equal_execution_of_somebody_else_outside_the_window_is_left_alone()
    {
        await using var shop = await Workshop.OpenAsync();
        var old = await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("one"), createdSecondsAgo: 3600);
        await shop.Simulator.FaultsAsync(LostAfter);

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one")]));

        Assert.NotEqual(old, Assert.IsType<CreateResult>(outcome).Prediction!.Id);
        Assert.Equal(1, (await shop.StateAsync()).Number("creates"));
    }

    [Theory]
    [InlineData("ONE", false)]
    [InlineData("another", true)]
    public async Task A_job_that_is_almost_the_rows_leaves_it_open(string prompt, bool sentAgain)
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input(prompt));
        await shop.Simulator.FaultsAsync(LostBefore);

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one")]));

        Assert.Equal(sentAgain ? 2 : 1, (await shop.StateAsync()).Number("createCalls"));
        if (!sentAgain)
        {
            var unknown = Assert.IsType<KlingException>(outcome);
            Assert.Equal(KlingErrorId.CreateUnknown, unknown.ErrorId);
            Assert.Contains("almost the same input", unknown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_list_that_shows_the_same_page_again_and_again_proves_nothing()
    {
        await using var shop = await Workshop.OpenAsync();
        var jobs = string.Join(',', Enumerable.Range(0, 100).Select(job => $$"""{"id":"{{job}}","status":"success"}"""));
        await shop.Simulator.FaultsAsync(LostBefore, new { on = "list", @do = "json", body = $$"""{"executions":[{{jobs}}]}""", times = -1 });

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one")]));

        var unknown = Assert.IsType<KlingException>(outcome);
        Assert.Equal(KlingErrorId.CreateUnknown, unknown.ErrorId);
        Assert.Contains("same page again and again", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task The_job_is_found_among_others_on_a_later_page()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(LostAfter);
        var run = shop.Run(shop.Client(options => options with { SettleDelay = TimeSpan.FromSeconds(1) }));
        var listed = new { on = "list", @do = "status", status = 500 };
        await shop.Simulator.FaultsAsync(listed);
        var ticket = run.Submit(Workshop.Row("one"), TestContext.Current.CancellationToken);
        await ticket.NextMayStart;
        foreach (var other in Enumerable.Range(0, 120))
        {
            await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input($"somebody's {other}"));
        }

        var result = await ticket.Result;

        Assert.Equal(CreateOutcome.Settled, result.Outcome);
        var state = await shop.StateAsync();
        Assert.Equal(1, state.Number("createCalls"));
        Assert.True(state.Number("lists") >= 3);
    }

    [Theory]
    [InlineData("7200")]
    [InlineData("-7200")]
    public async Task A_clock_that_is_wrong_by_hours_changes_nothing(string skew)
    {
        await using var shop = await Workshop.OpenAsync("--clock-skew", skew);
        var client = shop.Client();
        await shop.Simulator.FaultsAsync(LostAfter, LostBefore);

        var outcomes = await shop.CreateAsync(client, [Workshop.Row("made"), Workshop.Row("not made")]);

        Assert.Equal([CreateOutcome.Settled, CreateOutcome.Created], outcomes.Select(outcome => Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal((2, 3), ((await shop.StateAsync()).Number("creates"), (await shop.StateAsync()).Number("createCalls")));
    }

    [Fact]
    public async Task A_list_that_is_slow_to_show_a_new_job_is_looked_at_twice()
    {
        await using var shop = await Workshop.OpenAsync("--list-delay", "1.5");
        await shop.Simulator.FaultsAsync(LostAfter);

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(options => options with { SettleDelay = TimeSpan.FromSeconds(3) }), [Workshop.Row("one")]));

        Assert.Equal(CreateOutcome.Settled, Assert.IsType<CreateResult>(outcome).Outcome);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("get")]
    public async Task An_answer_that_a_gateway_made_up_leaves_no_row_open(string call)
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(LostAfter, new { on = call, @do = "json", body = "<html>Sign in</html>", contentType = "text/html", times = 2 });

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one")]));

        Assert.Equal(CreateOutcome.Settled, Assert.IsType<CreateResult>(outcome).Outcome);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_create_that_a_sleeping_machine_sent_an_hour_late_is_found()
    {
        await using var shop = await Workshop.OpenAsync();
        var row = Workshop.Row("one", "spring");
        var connection = new ConnectionOptions { ApiKey = SimulatorProcess.Key, BaseUri = new Uri(shop.Simulator.Uri, "v1") };
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow - TimeSpan.FromHours(1));
        using (var dead = SqliteLedger.Open(shop.Home, connection.AccountHash(), time))
        {
            var intent = new RowIntent(row.Model, row.Input, InputIdentity.JobHash(row.Model, row.Input)) { Batch = row.Batch, Key = new RowKeys().Next(row) };
            var granted = Assert.IsType<Reservation.Granted>(dead.Reserve(intent, new Limits(10, 100), false));
            time.Advance(TimeSpan.FromHours(1));
            await shop.Simulator.CreatedAsync("one");
            dead.MarkLost(granted.Row, LostReason.NoAnswer, []);
        }

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [row]));

        Assert.NotNull(Assert.IsType<CreateResult>(outcome).Prediction);
        Assert.Equal(1, (await shop.StateAsync()).Number("creates"));
    }

    [Theory]
    [InlineData("--no-list", "true")]
    [InlineData("--style", "page")]
    public async Task What_cannot_be_settled_is_never_sent_again_unless_it_is_asked_for(string option, string value)
    {
        await using var shop = await Workshop.OpenAsync(option == "--no-list" ? [option] : [option, value]);
        var client = shop.Client();
        await shop.Simulator.FaultsAsync(LostAfter);

        var first = Assert.IsType<KlingException>(Assert.Single(await shop.CreateAsync(client, [Workshop.Row("one", "spring")])));
        var second = Assert.IsType<KlingException>(Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")])));

        Assert.Equal([KlingErrorId.CreateUnknown, KlingErrorId.CreateUnknown], [first.ErrorId, second.ErrorId]);
        Assert.Contains("-RetryUnknown", first.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
        Assert.Equal(KlingStatus.Unknown, Assert.Single(client.List(new PredictionQuery())).Status);

        var forced = Assert.Single(await shop.CreateAsync(client, [Workshop.Row("one", "spring")], new CreateOptions { RetryUnknown = true }));
        Assert.IsType<CreateResult>(forced);
        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task An_unsettled_row_is_settled_by_a_later_run_when_the_list_can_be_had()
    {
        await using var shop = await Workshop.OpenAsync("--no-list");
        await shop.Simulator.FaultsAsync(LostAfter);
        await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")]);
        await shop.Simulator.SettingsAsync(("no-list", false));

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")]));

        Assert.Equal(CreateOutcome.Settled, Assert.IsType<CreateResult>(outcome).Outcome);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task Other_rows_go_on_while_one_is_being_settled()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "reset-before", match = "lost" });
        var run = shop.Run(shop.Client(options => options with { SettleDelay = TimeSpan.FromSeconds(4) }));
        var lost = run.Submit(Workshop.Row("lost"), TestContext.Current.CancellationToken);
        await lost.NextMayStart;

        await run.Submit(Workshop.Row("next"), TestContext.Current.CancellationToken).Result.WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        Assert.False(lost.Result.IsCompleted);
        Assert.Equal(CreateOutcome.Created, (await lost.Result).Outcome);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_process_that_died_between_intent_and_id_pays_once(bool sent, bool byAVersionWithOtherDefaults)
    {
        await using var shop = await Workshop.OpenAsync();
        var row = Workshop.Row("one", "spring", "named");
        var connection = new ConnectionOptions { ApiKey = SimulatorProcess.Key, BaseUri = new Uri(shop.Simulator.Uri, "v1") };
        using (var dead = SqliteLedger.Open(shop.Home, connection.AccountHash(), TimeProvider.System))
        {
            var hash = byAVersionWithOtherDefaults ? "another" : InputIdentity.JobHash(row.Model, row.Input);
            dead.Reserve(new RowIntent(row.Model, row.Input, hash) { Batch = row.Batch, Name = row.Name, Key = new RowKeys().Next(row) }, new Limits(10, 100), false);
            if (sent)
            {
                await shop.Simulator.CreatedAsync("one");
            }
        }

        var outcome = Assert.Single(await shop.CreateAsync(shop.Client(), [row]));

        var result = Assert.IsType<CreateResult>(outcome);
        Assert.NotNull(result.Prediction);
        var state = await shop.StateAsync();
        Assert.Equal((1, 1), (state.Number("creates"), state.Number("createCalls")));
        Assert.Equal(state.GetProperty("jobs")[0].GetProperty("id").GetString(), result.Prediction.Id);
    }

    [Fact]
    public async Task What_a_dead_process_left_outside_any_batch_is_settled_beside_the_next_creates()
    {
        await using var shop = await Workshop.OpenAsync();
        var connection = new ConnectionOptions { ApiKey = SimulatorProcess.Key, BaseUri = new Uri(shop.Simulator.Uri, "v1") };
        var (made, notMade) = (Workshop.Row("made"), Workshop.Row("not made"));
        using (var dead = SqliteLedger.Open(shop.Home, connection.AccountHash(), TimeProvider.System))
        {
            foreach (var row in new[] { made, notMade })
            {
                dead.Reserve(new RowIntent(row.Model, row.Input, InputIdentity.JobHash(row.Model, row.Input)), new Limits(10, 100), false);
            }

            await shop.Simulator.CreatedAsync("made");
        }

        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("new")]);
        for (var look = 0; look < 50 && client.List(new PredictionQuery()).Any(row => row.Id is null); look++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["new", "made"], client.List(new PredictionQuery()).Select(row => row.Input?["prompt"]));
        Assert.Equal(2, (await shop.StateAsync()).Number("creates"));
    }
}
