using System.Text.Json;

namespace KlingO3.Benchmarks;

/// <summary>How much of the allowed create rate is used, where nothing else holds creates back.</summary>
internal static class CreateRate
{
    private const int TimesAsFast = 25;
    private const int PerMinute = 100;

    public static async Task<int> RunAsync(int rows)
    {
        await using var bench = await Bench.OpenAsync(TimesAsFast, "--max-concurrent", "1000");
        var client = bench.Client(options => options with { MaxConcurrent = 1000 });

        await Bench.CreateAsync(client, Enumerable.Range(0, rows).Select(n => Bench.Row($"[instant] {n}")), made => Task.FromResult(made.Id));

        var state = await bench.Simulator.StateAsync();
        var times = state.GetProperty("createTimes").EnumerateArray().Select(time => time.GetDouble() / 1000).Order().ToList();
        // The first minute's may all come at once: from then on each waits for one to leave the window.
        var least = 60.0 * (rows - PerMinute) / PerMinute;
        var took = times[^1] - times[PerMinute - 1];
        var refused = state.GetProperty("refused");
        var how = $"{rows} instant jobs at {PerMinute} creates a minute, {TimesAsFast}x";
        Figure.AtLeast("rate limit, share used", 100 * least / took, "%", 99, $"{how}; {rows - PerMinute} creates after the first {PerMinute} took {took:0.0} s");
        Figure.AtMost("rate limit, refusals", Refusals(refused), "", 0, how);
        return 0;
    }

    private static double Refusals(JsonElement refused) =>
        refused.GetProperty("rateLimited").GetDouble() + refused.GetProperty("concurrency").GetDouble();
}
