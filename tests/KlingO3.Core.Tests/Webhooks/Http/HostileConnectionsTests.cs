using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using KlingO3.Webhooks;
using KlingO3.Webhooks.Http;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>
/// Genuine deliveries beside hostile connections, all from one address, as behind a proxy: 200 connections for 10 s here; 1,000 for five minutes with
/// <c>KLINGO3_HOSTILE_SOAK=1</c>.
/// </summary>
[Collection(nameof(Measured))]
public sealed class HostileConnectionsTests
{
    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("KLINGO3_HOSTILE_SOAK") == "1";
    private static readonly (int Connections, int Deliveries, TimeSpan Duration) Size =
        IsSoak ? (1000, 200, TimeSpan.FromMinutes(5)) : (200, 20, TimeSpan.FromSeconds(10));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_genuine_delivery_arrives_within_five_seconds()
    {
        var taken = new ConcurrentQueue<string>();
        var options = Delivery.Options();
        var limits = new HttpLimits();
        using var listener = WebhookListener.Start(
            options,
            id =>
            {
                taken.Enqueue(id);
                return true;
            },
            (_, _) => { },
            TimeProvider.System,
            limits);
        await using var hostile = new HostileSenders(new Uri(options.Prefix!).Port, Size.Connections);
        var watch = WatchAsync(listener.Server);

        var sent = new List<Task<(HttpStatusCode Status, TimeSpan Took)>>();
        for (var i = 0; i < Size.Deliveries; i++)
        {
            await Task.Delay(Size.Duration / Size.Deliveries, Cancel);
            sent.Add(SendAsync($"genuine-{i}", options.Prefix!));
        }

        var answers = await Task.WhenAll(sent);
        var slowest = answers.Max(answer => answer.Took);
        var (connections, bytes) = await watch;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{hostile.Connected} hostile connections, {answers.Length} deliveries, slowest {slowest.TotalMilliseconds:0} ms, at most {connections} open and {bytes:N0} bytes buffered");
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(Size.Deliveries, taken.Distinct().Count());
        Assert.True(slowest < TimeSpan.FromSeconds(5), $"{slowest}");
        Assert.True(hostile.Connected >= Size.Connections, $"{hostile.Connected}");
        Assert.InRange(connections, limits.MaxConnections / 2, limits.MaxConnections);
        Assert.InRange(bytes, 0, limits.MaxBufferedBytes);

        var stop = Stopwatch.StartNew();
        listener.Dispose();
        Assert.True(stop.Elapsed < TimeSpan.FromSeconds(1), $"{stop.Elapsed}");
    }

    private static async Task<(int Connections, long Bytes)> WatchAsync(HttpServer server)
    {
        var (connections, bytes, clock) = (0, 0L, Stopwatch.StartNew());
        while (clock.Elapsed < Size.Duration)
        {
            connections = Math.Max(connections, server.Connections);
            bytes = Math.Max(bytes, server.BufferedBytes);
            await Task.Delay(20, Cancel);
        }

        return (connections, bytes);
    }

    private static async Task<(HttpStatusCode, TimeSpan)> SendAsync(string id, string url)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
        var clock = Stopwatch.StartNew();
        var status = await Delivery.Of(id).SendAsync(http, url);
        return (status, clock.Elapsed);
    }
}
