using KlingO3.Bulk;
using KlingO3.Core.Tests.Files.Uploads;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>A ledger that is lost, or a fresh machine: the same line with -Adopt pays for nothing twice.</summary>
public sealed class AdoptionTests : IDisposable
{
    private static readonly CreateOptions Adopt = new() { AdoptSince = TimeSpan.FromDays(2) };
    private readonly TemporaryFolder _elsewhere = new();

    public void Dispose() => _elsewhere.Dispose();

    [Fact]
    public async Task A_fresh_ledger_goes_on_with_what_the_service_lists_and_creates_only_what_is_new()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300", "--style", "docs");
        var client = shop.Client();
        VideoRequest[] rows = [Workshop.Row("a", "spring", "1"), Workshop.Row("b", "spring"), Workshop.Row("b", "spring"), Workshop.Row("c [fail]", "spring")];
        var first = await shop.CreateAsync(client, rows);
        foreach (var made in first.Cast<CreateResult>())
        {
            await client.WaitAsync(made.Prediction!, TimeSpan.FromMinutes(1), null, TestContext.Current.CancellationToken);
        }

        await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("of another team"));
        var fresh = Elsewhere(shop);
        var second = await shop.CreateAsync(fresh, [.. rows, Workshop.Row("new", "spring")], Adopt);
        var third = await shop.CreateAsync(fresh, [.. rows, Workshop.Row("new", "spring")], Adopt);

        Assert.Equal(5, (await shop.StateAsync()).Number("creates"));
        Assert.Equal([CreateOutcome.Adopted, CreateOutcome.Adopted, CreateOutcome.Adopted, CreateOutcome.Adopted, CreateOutcome.Created], Outcomes(second));
        Assert.Equal(Ids(first).Order(), Ids(second).Take(4).Order());
        Assert.Equal(KlingStatus.Error, ((CreateResult)second[3]).Prediction!.Status);
        Assert.NotEmpty(((CreateResult)second[0]).Prediction!.Outputs);
        Assert.All(Outcomes(third), outcome => Assert.Equal(CreateOutcome.Found, outcome));
        Assert.Equal(Ids(second), Ids(third));
    }

    [Fact]
    public async Task A_failed_job_is_not_adopted_where_RetryFailed_creates_it_anew()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "300", "--style", "docs");
        var client = shop.Client();
        var failed = (CreateResult)Assert.Single(await shop.CreateAsync(client, [Workshop.Row("x [fail]", "spring")]));
        await client.WaitAsync(failed.Prediction!, TimeSpan.FromMinutes(1), null, TestContext.Current.CancellationToken);

        var anew = Assert.Single(await shop.CreateAsync(Elsewhere(shop), [Workshop.Row("x [fail]", "spring")], Adopt with { RetryFailed = true }));

        Assert.Equal(CreateOutcome.Created, Assert.IsType<CreateResult>(anew).Outcome);
        Assert.Equal(2, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task A_job_that_was_made_moments_ago_is_found_at_the_second_reading()
    {
        await using var shop = await Workshop.OpenAsync("--list-delay", "1.5", "--style", "docs");
        await shop.CreateAsync(shop.Client(), [Workshop.Row("one", "spring")]);

        var run = shop.Run(Elsewhere(shop, options => options with { SettleDelay = TimeSpan.FromSeconds(3) }), Adopt);
        var result = await run.Submit(Workshop.Row("one", "spring"), TestContext.Current.CancellationToken).Result;

        Assert.Equal((CreateOutcome.Adopted, 0, 1), (result.Outcome, run.Report.Created, run.Report.Found));
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task Each_listed_job_is_asked_for_once_however_many_rows_there_are()
    {
        await using var shop = await Workshop.OpenAsync("--style", "docs");
        for (var n = 0; n < 130; n++)
        {
            await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input($"row {n}"));
        }

        var outcomes = await shop.CreateAsync(Elsewhere(shop), Enumerable.Range(0, 130).Select(n => Workshop.Row($"row {n}", "spring")), Adopt);

        var state = await shop.StateAsync();
        Assert.All(Outcomes(outcomes), outcome => Assert.Equal(CreateOutcome.Adopted, outcome));
        Assert.Equal((0, 130), (state.Number("createCalls"), state.Number("gets")));
    }

    [Fact]
    public async Task What_cannot_be_compared_ends_the_run_and_nothing_is_created()
    {
        await using var shop = await Workshop.OpenAsync("--style", "page");
        await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("one"));
        var run = shop.Run(Elsewhere(shop), Adopt);

        var results = await Task.WhenAll(new[] { "one", "two" }.Select(prompt => run.Submit(Workshop.Row(prompt, "spring"), TestContext.Current.CancellationToken).Result));

        Assert.All(results, result => Assert.Equal(CreateOutcome.NotSent, result.Outcome));
        Assert.Equal(KlingErrorId.CreateUnknown, run.Stopped?.ErrorId);
        Assert.Equal(0, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_row_of_a_local_file_adopts_the_job_whose_file_has_the_same_content()
    {
        await using var shop = await Workshop.OpenAsync("--style", "docs");
        using var clips = new ClipFolder();
        var (one, other) = (clips.Write("one.mp4", 1), clips.Write("other.mp4", 2));
        var first = await shop.CreateAsync(shop.Client(), [ClipFolder.Row(one), ClipFolder.Row(other)]);

        var second = await shop.CreateAsync(Elsewhere(shop), [ClipFolder.Row(other), ClipFolder.Row(one), ClipFolder.Row(clips.Write("third.mp4", 3))], Adopt);

        Assert.Equal([CreateOutcome.Adopted, CreateOutcome.Adopted, CreateOutcome.Created], Outcomes(second));
        Assert.Equal(Ids(first).Reverse(), Ids(second).Take(2));
        Assert.Equal((3, 3), ((await shop.StateAsync()).Number("creates"), (await shop.StateAsync()).Number("puts")));
    }

    [Fact]
    public async Task Without_Adopt_a_fresh_ledger_warns_where_the_service_lists_yesterday_s_jobs_of_the_model()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("one"), createdSecondsAgo: 3600);

        await shop.CreateAsync(shop.Client(), [Workshop.Row("two", "spring"), Workshop.Row("three", "spring")]);
        Assert.Single(shop.Notices, IsWarning);

        await shop.CreateAsync(shop.Client(), [Workshop.Row("four", "spring")]);
        await shop.CreateAsync(Elsewhere(shop), [Workshop.Row("five")]);
        Assert.Single(shop.Notices, IsWarning);

        static bool IsWarning(Notice notice) => notice.Level == NoticeLevel.Warning && notice.Message.Contains("-Adopt", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_runs_that_begin_together_on_a_fresh_ledger_do_not_warn_of_each_other_s_jobs()
    {
        await using var shop = await Workshop.OpenAsync("--speed", "1");
        await shop.Simulator.FaultsAsync(new { on = "list", @do = "status", status = 503, retryAfter = "1" });
        var held = shop.CreateAsync(shop.Client(), [Workshop.Row("one", "north")]);
        await Until.TrueAsync(async () => (await shop.StateAsync()).Number("injected") > 0);

        await shop.CreateAsync(shop.Client(), [Workshop.Row("two", "south")]);
        await held;

        Assert.Equal(2, (await shop.StateAsync()).Number("creates"));
        Assert.DoesNotContain(shop.Notices, notice => notice.Message.Contains("-Adopt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Adopt_needs_a_batch()
    {
        await using var shop = await Workshop.OpenAsync();
        var run = shop.Run(shop.Client(), Adopt);

        await run.Submit(Workshop.Row("one"), TestContext.Current.CancellationToken).Result;

        Assert.Equal(KlingErrorId.InvalidInput, run.Stopped?.ErrorId);
        Assert.Equal(0, (await shop.StateAsync()).Number("createCalls"));
    }

    private KlingClient Elsewhere(Workshop shop, Func<ConnectionOptions, ConnectionOptions>? change = null) =>
        shop.Client(options => (change?.Invoke(options) ?? options) with { Home = _elsewhere.Path });

    private static IEnumerable<CreateOutcome> Outcomes(IEnumerable<object> outcomes) => outcomes.Select(outcome => Assert.IsType<CreateResult>(outcome).Outcome);

    private static IEnumerable<string> Ids(IEnumerable<object> outcomes) => outcomes.Cast<CreateResult>().Select(result => result.Prediction!.Id!);
}
