using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>The create rate, before a service that keeps it exactly. Both sides live fifty seconds in each second.</summary>
public sealed class CreateRateTests(CreateRateTests.Fixture fixture) : IClassFixture<CreateRateTests.Fixture>
{
    private const int TimesAsFast = 50;
    private const int PerMinute = 20;

    [Fact]
    public async Task Creates_that_arrive_late_bring_later_ones_that_do_not_no_refusal()
    {
        await using var shop = await Workshop.OpenOnAsync(fixture.Simulator);
        await shop.Simulator.SettingsAsync(("max-concurrent", 1000), ("per-minute", PerMinute), ("latency", 2));
        var client = shop.Client(options => options with { MaxConcurrent = 1000, CreatesPerMinute = PerMinute }, new ScaledTime(TimesAsFast));
        await shop.CreateAsync(client, Rows("late"));

        await shop.Simulator.SettingsAsync(("latency", 0));
        await shop.CreateAsync(client, Rows("early"));

        var state = await shop.StateAsync();
        Assert.Equal((2 * PerMinute, 2 * PerMinute), (state.Number("creates"), state.Number("createCalls")));
        Assert.Equal(0, state.Refused("rateLimited"));
    }

    private static IEnumerable<VideoRequest> Rows(string mark) => Enumerable.Range(0, PerMinute).Select(n => Workshop.Row($"{mark} {n}"));

    public sealed class Fixture : SimulatorFixture
    {
        protected override int Speed => TimesAsFast;
    }
}
