using System.Collections.Concurrent;
using System.Diagnostics;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Measured alone: what other tests use would be counted too.</summary>
[Collection(nameof(Measured))]
public sealed class ManyWaitsTests
{
    private const int Many = 5_000;

    [Fact]
    public async Task Five_thousand_waits_take_little_memory_and_no_threads()
    {
        var seen = new ConcurrentDictionary<string, bool>();
        await using var server = new RawServer(call => call.AnswerAsync(200, seen.TryAdd(call.Request.Target, true)
            ? """{"status":"processing"}"""
            : """{"status":"success","output":"https://x/y.mp4"}"""));
        using var client = KlingClient.Connect(new ConnectionOptions { ApiKey = "sim-key", BaseUri = server.At("v1"), PollInterval = TimeSpan.FromSeconds(1), Home = "/nowhere" });
        await client.WaitAsync(new KlingPrediction { Id = "warm" }, Timeout.InfiniteTimeSpan, null, TestContext.Current.CancellationToken);
        var threads = Process.GetCurrentProcess().Threads.Count;
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        var waits = Enumerable.Range(0, Many)
            .Select(n => client.WaitAsync(new KlingPrediction { Id = $"p-{n}" }, TimeSpan.FromHours(1), null, TestContext.Current.CancellationToken)).ToList();
        var held = GC.GetTotalMemory(forceFullCollection: true) - memory;
        var ended = await Task.WhenAll(waits);

        Assert.Equal(Many, ended.Count(prediction => prediction.Status == KlingStatus.Success));
        Assert.Equal(2 * (Many + 1), server.Requests.Count);
        Assert.InRange(held, 0, 20_000_000);
        Assert.InRange(Process.GetCurrentProcess().Threads.Count - threads, int.MinValue, 24);
        Assert.InRange(server.Connections, 1, 8);
    }
}
