using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>A ledger that fails in the middle of a run, as one on a full disk does.</summary>
public sealed class BrokenLedgerTests
{
    [Fact]
    public async Task A_job_whose_id_could_not_be_written_down_is_adopted_by_the_next_run_of_the_same_process()
    {
        await using var shop = await Workshop.OpenAsync("--job-seconds", "1");
        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("first", "spring")]);
        Break(shop, "UPDATE OF id ON predictions");

        var emitted = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(client, [Workshop.Row("one", "spring")]))).Prediction!;
        await client.WaitAsync(emitted, TimeSpan.FromSeconds(30), null, TestContext.Current.CancellationToken);
        Mend(shop);
        var again = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(client, [Workshop.Row("one", "spring")])));

        Assert.Equal((emitted.Id, CreateOutcome.Settled), (again.Prediction?.Id, again.Outcome));
        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
        Assert.Equal(2, client.List(new PredictionQuery()).Count());
    }

    [Fact]
    public async Task Where_no_end_can_be_written_down_the_run_ends_and_asks_the_service_no_more()
    {
        await using var shop = await Workshop.OpenAsync("--job-seconds", "1");
        var client = shop.Client(options => options with { MaxConcurrent = 1 });
        await shop.CreateAsync(client, [Workshop.Row("first")]);
        Break(shop, "UPDATE OF in_flight ON predictions WHEN new.in_flight = 0");

        var run = shop.Run(client);
        var outcome = await run.Submit(Workshop.Row("second"), TestContext.Current.CancellationToken).Result.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal((CreateOutcome.NotSent, KlingErrorId.LedgerUnavailable), (outcome.Outcome, run.Stopped?.ErrorId));
        var state = await shop.StateAsync();
        Assert.Equal(1, state.Number("createCalls"));
        Assert.InRange(state.Number("gets"), 1, 60);
    }

    private static void Break(Workshop shop, string change) => Execute(shop, $"CREATE TRIGGER broken BEFORE {change} BEGIN SELECT RAISE(ABORT, 'broken'); END");

    private static void Mend(Workshop shop) => Execute(shop, "DROP TRIGGER broken");

    private static void Execute(Workshop shop, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(shop.Home)};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
