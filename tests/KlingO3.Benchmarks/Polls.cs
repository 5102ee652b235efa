namespace KlingO3.Benchmarks;

/// <summary>How often a job is looked at, and how late its end is seen, in a run like that of the makespan: 10 slots, 300 s ± 30 %.</summary>
internal static class Polls
{
    private const int TimesAsFast = 100;
    private const int Known = 100;

    public static async Task<int> RunAsync(int rows)
    {
        await using var bench = await Bench.OpenAsync(TimesAsFast);
        Know(bench);
        var client = bench.Client();
        var ahead = await AheadAsync(bench);

        var seen = await Bench.CreateAsync(client, Enumerable.Range(0, rows).Select(n => Bench.Row($"row {n}")), async made =>
        {
            await client.WaitAsync(made, Timeout.InfiniteTimeSpan, null, CancellationToken.None);
            return (made.Id, At: Now(bench) + ahead);
        });

        var state = await bench.Simulator.StateAsync();
        var jobs = state.GetProperty("jobs").EnumerateArray().ToDictionary(job => job.GetProperty("id").GetString()!);
        var lags = seen.Select(one => one.At - jobs[one.Id!].Seconds("endsAt")).ToList();
        var inOrder = jobs.Values.OrderBy(job => job.GetProperty("number").GetInt64()).ToList();
        var least = Numbers.Greedy(inOrder.Select(job => job.Seconds("endsAt") - job.Seconds("createdAt")), 10);
        var makespan = seen.Max(one => one.At) - inOrder[0].Seconds("createdAt");

        var how = $"{rows} rows at {TimesAsFast}x, poll interval 5 s, a ledger that knows {Known} earlier jobs";
        Figure.AtMost("polls, GETs a job", state.GetProperty("gets").GetDouble() / rows, "", 20, how);
        Figure.AtMost("polls, median lag", lags.Median(), "s", 3.5, $"{how}; from its end to the end of its wait; the longest {lags.Max():0.0} s");
        Figure.AtMost("makespan of the engine alone", makespan / least, "x", 1.02, $"{how}; over a greedy schedule of the same durations ({least:0} s)");
        return 0;
    }

    /// <summary>How far the simulator's clock is ahead, by the quickest of a few answers: a millisecond is a tenth of a second there.</summary>
    private static async Task<double> AheadAsync(Bench bench)
    {
        var (quickest, ahead) = (double.MaxValue, 0.0);
        for (var ask = 0; ask < 20; ask++)
        {
            var before = Now(bench);
            var told = (await bench.Simulator.StateAsync(brief: true)).Seconds("now");
            var after = Now(bench);
            if (after - before < quickest)
            {
                (quickest, ahead) = (after - before, told - ((before + after) / 2));
            }
        }

        return ahead;
    }

    private static double Now(Bench bench) => bench.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>An earlier run: durations spread evenly over 300 s ± 30 %.</summary>
    private static void Know(Bench bench)
    {
        using var ledger = bench.OpenLedger();
        var created = bench.Time.GetUtcNow().AddDays(-1);
        for (var n = 0; n < Known; n++)
        {
            var seconds = 210 + (180.0 * n / Known);
            ledger.Save(new KlingPrediction
            {
                Id = $"known-{n}",
                Model = Bench.Model,
                Status = KlingStatus.Success,
                PredictTime = seconds,
                CreatedAt = created,
                CompletedAt = created.AddSeconds(seconds + 2.5),
            });
        }
    }
}
