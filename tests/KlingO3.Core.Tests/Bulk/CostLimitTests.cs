using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>-MaxCost, by what the simulator charged.</summary>
public sealed class CostLimitTests
{
    private const decimal Cost = 0.42m;

    [Fact]
    public async Task Four_processes_that_are_killed_and_run_again_never_spend_more_than_the_limit()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300", "--style", "docs", "--cost", "0.42");
        var rows = Enumerable.Range(0, 12).Select(n => Workshop.Row($"row {n}", "spring")).ToList();
        string[] typed = ["spring", "SPRING", " spring", "Spring "];
        for (var round = 0; round < 3; round++)
        {
            var clients = Enumerable.Range(0, 4).Select(_ => shop.Client()).ToList();
            var all = clients.Zip(typed, (client, batch) => shop.CreateAsync(client, rows.Select(row => row with { Batch = batch }), new CreateOptions { MaxCost = 2.00m })).ToList();
            if (round == 0)
            {
                await Until.TrueAsync(() => shop.StateAsync().GetAwaiter().GetResult().Number("creates") >= 2);
                clients.ForEach(shop.Kill);
                await Task.WhenAny(Task.WhenAll(all), Task.Delay(5000, TestContext.Current.CancellationToken));
            }
            else
            {
                var outcomes = (await Task.WhenAll(all)).SelectMany(outcome => outcome).ToList();
                Assert.Contains(outcomes, outcome => outcome is CreateResult { Outcome: CreateOutcome.NotSent });
            }

            Assert.InRange((await shop.StateAsync()).Number("creates"), 0, 4);
        }

        Assert.Equal(4, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task The_rest_is_not_sent_and_one_error_says_what_was_spent()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300", "--style", "docs", "--cost", "0.42");
        var run = shop.Run(shop.Client(), new CreateOptions { MaxCost = 1.00m });

        var results = await SubmitAsync(run, 5, "spring");

        Assert.Equal([CreateOutcome.Created, CreateOutcome.Created, CreateOutcome.NotSent, CreateOutcome.NotSent, CreateOutcome.NotSent], results.Select(result => result.Outcome));
        Assert.Equal(KlingErrorId.CostLimit, run.Stopped?.ErrorId);
        Assert.Contains("0.84 USD spent", run.Stopped!.Message, StringComparison.Ordinal);
        Assert.Equal(3, run.NotSent);
    }

    [Fact]
    public async Task Where_nothing_tells_the_price_the_first_row_goes_alone_and_tells_it()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300", "--style", "docs", "--cost", "0.42");
        await shop.Simulator.FaultsAsync(new { on = "models", @do = "status", status = 404, times = -1 });
        var run = shop.Run(shop.Client(), new CreateOptions { MaxCost = 1.30m });

        var results = await SubmitAsync(run, 6, "spring");

        Assert.Equal(3, results.Count(result => result.Outcome == CreateOutcome.Created));
        var jobs = (await shop.StateAsync()).GetProperty("jobs").EnumerateArray().ToList();
        Assert.True(jobs[1].GetProperty("createdAt").GetInt64() >= jobs[0].GetProperty("endsAt").GetInt64());
    }

    [Fact]
    public async Task A_job_that_was_dearer_than_its_estimate_raises_the_next_one()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300", "--style", "docs", "--cost", "0.42");
        await shop.Simulator.FaultsAsync(new { on = "models", @do = "json", body = """{"slug":"m","cost":0.10,"request_schema":{}}""", times = -1 });
        var run = shop.Run(shop.Client(options => options with { MaxConcurrent = 1 }), new CreateOptions { MaxCost = 1.00m });

        var results = await SubmitAsync(run, 6, "spring");

        Assert.Equal(2, results.Count(result => result.Outcome == CreateOutcome.Created));
    }

    [Fact]
    public async Task Without_a_batch_the_limit_is_the_run_s()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300", "--style", "docs", "--cost", "0.42");
        var client = shop.Client();

        for (var n = 1; n <= 2; n++)
        {
            var results = await SubmitAsync(shop.Run(client, new CreateOptions { MaxCost = 1.00m }), 4, null);
            Assert.Equal(2, results.Count(result => result.Outcome == CreateOutcome.Created));
        }

        Assert.Equal(4 * Cost, (await shop.StateAsync()).Number("creates") * Cost);
    }

    private static async Task<CreateResult[]> SubmitAsync(CreateRun run, int rows, string? batch)
    {
        var tickets = new List<CreateTicket>();
        for (var n = 0; n < rows; n++)
        {
            tickets.Add(run.Submit(Workshop.Row($"row {n}", batch), TestContext.Current.CancellationToken));
            await tickets[^1].NextMayStart;
        }

        return await Task.WhenAll(tickets.Select(ticket => ticket.Result));
    }
}
