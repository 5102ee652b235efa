using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>How many downloads run at a time in a process: alone, for those of other tests would be counted too.</summary>
[Collection(nameof(Measured))]
public sealed class PlacesTests
{
    private static readonly byte[] Video = TestVideo.Of(20_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_than_eight_are_fetched_at_a_time_and_the_service_is_asked_by_no_more_either()
    {
        var (now, most, lockOn) = (0, 0, new object());
        SaveBench? made = null;
        await using var bench = made = new SaveBench(async call =>
        {
            lock (lockOn)
            {
                most = Math.Max(most, ++now);
            }

            await Task.Delay(20, call.Ended);
            lock (lockOn)
            {
                now--;
            }

            await (call.Request.Target.StartsWith("/v1/", StringComparison.Ordinal)
                ? call.AnswerAsync(200, $$"""{"status":"success","output":"{{made!.Server.At("file.mp4")}}"}""")
                : call.FileAsync(Video));
        });
        var other = bench.NewClient();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => bench.SaveAsync(new KlingPrediction { Id = $"p-{n}" }, client: n % 2 == 0 ? bench.Client : other)));

        Assert.Equal((80, 8, 40), (bench.Server.Requests.Count, most, bench.FilesInFolder.Count));
    }

    [Fact]
    public async Task A_save_that_is_cancelled_ends_at_once_and_gives_its_place_to_others()
    {
        await using var bench = new SaveBench(call => call.Request.Target == "/hang" ? call.HangAsync() : call.FileAsync(Video));
        using var cancel = new CancellationTokenSource();
        var hanging = Enumerable.Range(0, 12).Select(n => bench.SaveAsync(bench.Of($"p-{n}", "hang"), cancel: cancel.Token)).ToList();
        await Until.TrueAsync(() => bench.Server.Requests.Count == 8);

        await cancel.CancelAsync();

        await Task.WhenAll(hanging.Select(save => Assert.ThrowsAnyAsync<OperationCanceledException>(() => save))).WaitAsync(TimeSpan.FromSeconds(5), Cancel);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => bench.SaveAsync(bench.Of($"q-{n}")))).WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(12, bench.FilesInFolder.Count);
    }
}
