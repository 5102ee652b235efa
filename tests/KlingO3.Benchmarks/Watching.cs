using System.Diagnostics;

namespace KlingO3.Benchmarks;

/// <summary>What watching very many predictions costs, none of which ends, before a service that takes 100 ms to answer.</summary>
internal static class Watching
{
    private const int TimesAsFast = 60;

    public static async Task<int> RunAsync(int predictions, TimeSpan period)
    {
        await using var bench = await Bench.OpenAsync(TimesAsFast, "--latency", "0.1", "--style", "docs");
        var ids = new string[predictions];
        for (var n = 0; n < predictions; n++)
        {
            ids[n] = await bench.Simulator.PlantAsync(Bench.Model, Bench.Row($"[never] {n}").Input);
        }

        var client = bench.Client();
        using var cancel = new CancellationTokenSource();
        // What is loaded and compiled once is not what grows with their number.
        using (var once = new CancellationTokenSource(TimeSpan.FromMilliseconds(500)))
        {
            await EndAsync([client.WaitAsync(Of(ids[0]), Timeout.InfiniteTimeSpan, null, once.Token)]);
        }

        var before = Used();
        var (most, gets) = (before.Megabytes, await GetsAsync(bench));
        var waits = ids.Select(id => client.WaitAsync(Of(id), Timeout.InfiniteTimeSpan, null, cancel.Token)).ToList();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < period / TimesAsFast)
        {
            await Task.Delay(200);
            most = Math.Max(most, Used().Megabytes);
        }

        var seconds = Used().Seconds - before.Seconds;
        gets = await GetsAsync(bench) - gets;
        await cancel.CancelAsync();
        await EndAsync(waits);

        var share = period / TimeSpan.FromHours(1);
        var how = $"{predictions} predictions for {period.TotalMinutes:0} virtual minutes at {TimesAsFast}x, {gets:0} GETs of 100 ms";
        Figure.AtMost("watching, processor an hour", seconds / share, "s", 60, how);
        Figure.AtMost("watching, memory rise", most - before.Megabytes, "MB", 100, how);
        return 0;
    }

    private static KlingPrediction Of(string id) => new() { Id = id, Model = Bench.Model };

    private static (double Seconds, double Megabytes) Used()
    {
        using var process = Process.GetCurrentProcess();
        return (process.TotalProcessorTime.TotalSeconds, process.WorkingSet64 / 1048576.0);
    }

    private static async Task<double> GetsAsync(Bench bench) => (await bench.Simulator.StateAsync(brief: true)).GetProperty("gets").GetDouble();

    private static async Task EndAsync(IEnumerable<Task> waits)
    {
        try
        {
            await Task.WhenAll(waits);
        }
        catch (OperationCanceledException)
        {
            // As it was meant.
        }
    }
}
