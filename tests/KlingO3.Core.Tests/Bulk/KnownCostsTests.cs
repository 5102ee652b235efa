using System.Diagnostics;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>The balance, and the warning before a batch that it does not cover.</summary>
public sealed class KnownCostsTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = await Workshop.OpenOnAsync(fixture.Simulator);
        await Shop.Simulator.SettingsAsync(("balance", "none"), ("cost", 0.5), ("style", "docs"));
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    [Fact]
    public async Task The_balance_is_what_the_service_tells_and_a_503_is_no_balance_of_zero()
    {
        await Shop.Simulator.SettingsAsync(("balance", 12.34));
        var client = Shop.Client();
        Assert.Equal(12.34m, (await client.GetBalanceAsync(Cancel)).BalanceUsd);

        await Shop.Simulator.FaultsAsync(new { on = "balance", @do = "status", status = 503, times = -1, retryAfter = "1000" });
        Assert.Equal(KlingErrorId.ServerError, (await Assert.ThrowsAsync<KlingException>(() => client.GetBalanceAsync(Cancel))).ErrorId);
        await Shop.Simulator.ClearFaultsAsync();
        await Shop.Simulator.FaultsAsync(new { on = "balance", @do = "json", body = "{}" });
        Assert.Equal(KlingErrorId.BadResponse, (await Assert.ThrowsAsync<KlingException>(() => client.GetBalanceAsync(Cancel))).ErrorId);
    }

    [Fact]
    public async Task It_is_asked_for_no_more_than_three_times_a_second()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        var client = Shop.Client(options => options with { BaseUri = new Uri(simulator.Uri, "v1") });
        await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => client.GetBalanceAsync(Cancel)));
        Assert.Equal(0, (await simulator.StateAsync()).Refused("balance"));
    }

    [Fact]
    public async Task A_run_whose_known_costs_exceed_the_balance_is_warned_once_before_the_row_that_does_and_sent_all_the_same()
    {
        await LearnAsync();
        await Shop.Simulator.SettingsAsync(("balance", 1.2));

        await Shop.CreateAsync(Shop.Client(), Enumerable.Range(0, 4).Select(i => Workshop.Row($"row {i}")));

        var warning = Assert.Single(Warnings());
        Assert.Contains("The balance was 1.20 USD", warning, StringComparison.Ordinal);
        Assert.Contains("3 rows that it creates so far cost about 1.50 USD", warning, StringComparison.Ordinal);
        Assert.Equal(1, await AskedAsync());
    }

    [Fact]
    public async Task One_that_costs_less_is_not_warned_and_one_of_unknown_costs_asks_nothing()
    {
        await Shop.CreateAsync(Shop.Client(), [Workshop.Row("unknown")]);
        Assert.Equal(0, await AskedAsync());

        await LearnAsync();
        await Shop.Simulator.SettingsAsync(("balance", 100));
        await Shop.CreateAsync(Shop.Client(), Enumerable.Range(0, 4).Select(i => Workshop.Row($"row {i}", batch: "b")));
        Assert.Equal(1, await AskedAsync());

        // All of it is known: nothing is created, and nothing asked.
        await Shop.CreateAsync(Shop.Client(), Enumerable.Range(0, 4).Select(i => Workshop.Row($"row {i}", batch: "b")));
        Assert.Equal(1, await AskedAsync());
        Assert.Empty(Warnings());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("hang")]
    public async Task A_balance_that_cannot_be_had_holds_nothing_up_for_long_and_warns_of_nothing(string fault)
    {
        await LearnAsync();
        await Shop.Simulator.FaultsAsync(new { on = "balance", @do = fault, times = -1 });
        var clock = Stopwatch.StartNew();

        var outcomes = await Shop.CreateAsync(Shop.Client(), Enumerable.Range(0, 3).Select(i => Workshop.Row($"row {i}")));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"{clock.Elapsed}");
        Assert.All(outcomes, outcome => Assert.IsType<CreateResult>(outcome));
        Assert.Empty(Warnings());
        await Shop.Simulator.ClearFaultsAsync();
    }

    [Fact]
    public void What_the_service_says_that_a_model_costs_is_read() =>
        Assert.Equal(0.42m, WireReader.Model("m", """{"title":"M","cost":0.42,"request_schema":{}}"""u8.ToArray()).CostUsd);

    /// <summary>A video that ended and whose cost the service told.</summary>
    private async Task LearnAsync()
    {
        var client = Shop.Client();
        var created = Assert.IsType<CreateResult>(Assert.Single(await Shop.CreateAsync(client, [Workshop.Row("[instant]")]))).Prediction!;
        Assert.Equal(0.5m, (await client.WaitAsync(created, TimeSpan.FromSeconds(20), null, Cancel)).Cost);
    }

    private IEnumerable<string> Warnings() => Shop.Notices.Where(notice => notice.Level == NoticeLevel.Warning && notice.Message.StartsWith("The balance", StringComparison.Ordinal)).Select(notice => notice.Message);

    private async Task<int> AskedAsync() =>
        (await Shop.StateAsync()).GetProperty("calls").EnumerateArray().Count(call => call.GetProperty("path").GetString()!.EndsWith("/billing/balance", StringComparison.Ordinal));
}
