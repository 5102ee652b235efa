using System.Text;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>Servers that send without end, or next to nothing for ever.</summary>
public sealed class DownloadLimitTests
{
    private static readonly byte[] Video = TestVideo.Of(300_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_length_beyond_the_limit_is_refused_before_a_byte_is_written_and_not_asked_for_again()
    {
        await using var bench = new SaveBench(async call =>
        {
            await call.HeadAsync(200, $"Content-Length: {DownloadPace.MaxBytes + 1}");
            await call.SendAsync(Video);
            await call.HangAsync();
        });

        var error = await bench.FailAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Contains("announces 8589.9 MB", error.Message, StringComparison.Ordinal);
        Assert.Single(bench.Server.Requests);
        Assert.Empty(bench.FilesInFolder);
    }

    [Fact]
    public async Task What_goes_beyond_the_limit_is_thrown_away_and_not_fetched_twice()
    {
        await using var bench = new SaveBench(async call =>
        {
            await call.HeadAsync(206, "Transfer-Encoding: chunked", $"Content-Range: bytes {DownloadPace.MaxBytes - 10}-{DownloadPace.MaxBytes + 1_000_000_000}/*", "ETag: \"a\"");
            await SendChunkAsync(call, Video);
            await call.HangAsync();
        });
        await using (var left = File.Create(bench.Target + ".partial"))
        {
            // As if that much had come: the file system stores no zeros.
            left.SetLength(DownloadPace.MaxBytes - 10);
        }

        PartialNote.Write(bench.Target, "p-1 0", "\"a\"");

        var error = await bench.FailAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Contains("sent more than 8589.9 MB", error.Message, StringComparison.Ordinal);
        Assert.Single(bench.Server.Requests);
        Assert.False(File.Exists(bench.Target + ".partial"));
    }

    [Fact]
    public async Task A_disk_that_has_too_little_room_is_an_error_before_anything_is_written()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        using var mount = SmallDisk.Mount(bench.Folder, "size=256k");

        var error = await bench.FailAsync();

        Assert.Contains("0.3 MB are needed", error.Message, StringComparison.Ordinal);
        Assert.Contains("space", error.RecommendedAction, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Target + ".partial"));
    }

    [Fact]
    public async Task A_server_that_sends_without_end_does_not_fill_the_disk()
    {
        await using var bench = new SaveBench(async call =>
        {
            await call.HeadAsync(200, "Transfer-Encoding: chunked", "ETag: \"a\"");
            while (true)
            {
                await SendChunkAsync(call, Video);
            }
        });
        using var mount = SmallDisk.Mount(bench.Folder, "size=40m");

        var error = await bench.FailAsync().WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.Contains("space", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(bench.Server.Requests);
        Assert.False(File.Exists(bench.Target + ".partial"));
    }

    [Fact]
    public async Task A_server_that_drips_is_given_up()
    {
        var (time, sum, serving) = (new FakeTimeProvider(), new Sum(), false);
        await using var bench = new SaveBench(
            async call =>
            {
                serving = true;
                await call.HeadAsync(200, $"Content-Length: {Video.Length}", "ETag: \"a\"");
                for (var at = 0; at < 700; at += 100)
                {
                    var before = sum.Value;
                    time.Advance(TimeSpan.FromSeconds(45));
                    await call.SendAsync(Video.AsMemory(at, 100));
                    await Until.TrueAsync(() => sum.Value > before);
                }

                serving = false;
                await call.HangAsync();
            },
            time);

        var save = bench.FailAsync(bytes: sum);
        await AdvanceUntilAsync(time, save, () => serving);

        Assert.Contains("less than 1024 bytes a second came for 30 min", (await save).Message, StringComparison.Ordinal);
        Assert.InRange(bench.Server.Requests.Count, DownloadPace.MaxSlowWindows, DownloadPace.MaxSlowWindows + 1);
    }

    [Fact]
    public async Task A_server_that_breaks_off_after_each_byte_is_given_up_too()
    {
        var (time, sent, serving) = (new FakeTimeProvider(), 0, false);
        await using var bench = new SaveBench(
            async call =>
            {
                serving = true;
                time.Advance(TimeSpan.FromSeconds(45));
                var from = call.Request["Range"] is null ? 0 : sent;
                await call.HeadAsync(from == 0 ? 200 : 206, $"Content-Length: {Video.Length - from}", "ETag: \"a\"", $"Content-Range: bytes {from}-{Video.Length - 1}/{Video.Length}");
                await call.SendAsync(Video.AsMemory(from, 1));
                sent = from + 1;
                call.Close();
                serving = false;
            },
            time);

        var save = bench.FailAsync();
        await AdvanceUntilAsync(time, save, () => serving);

        Assert.Contains("less than 1024 bytes a second", (await save).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_of_a_day_is_given_up_and_what_came_is_kept()
    {
        var (time, sum, serving) = (new FakeTimeProvider(), new Sum(), false);
        await using var bench = new SaveBench(
            async call =>
            {
                serving = true;
                await call.FileAsync(Video, cut: 100_000);
                await Until.TrueAsync(() => sum.Value == 100_000);
                time.Advance(TimeSpan.FromHours(25));
                serving = false;
            },
            time);

        var save = bench.FailAsync(bytes: sum);
        await AdvanceUntilAsync(time, save, () => serving);

        Assert.Contains("not complete after 24 hours", (await save).Message, StringComparison.Ordinal);
        Assert.Equal(100_000, new FileInfo(bench.Target + ".partial").Length);
    }

    [Fact]
    public void The_rate_is_measured_over_each_five_minutes()
    {
        var time = new FakeTimeProvider();
        var pace = new DownloadPace(time);
        for (var window = 0; window < 12 * 24; window++)
        {
            time.Advance(DownloadPace.Window / 2);
            pace.Count((int)DownloadPace.MinBytesPerWindow - 1);
            time.Advance(DownloadPace.Window / 2);
            pace.Count(1);
        }

        Assert.Throws<TransferBrokeException>(() =>
        {
            var slow = new DownloadPace(time);
            time.Advance(DownloadPace.Window);
            slow.Count((int)DownloadPace.MinBytesPerWindow - 1);
        });
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Throws<DownloadLimitException>(() => pace.Count(1_000_000));
    }

    /// <summary>Lets time pass while the server is done with its answer: pauses, and time-outs.</summary>
    private static Task AdvanceUntilAsync(FakeTimeProvider time, Task end, Func<bool> isServing) => Until.TrueAsync(() =>
    {
        if (!isServing())
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
        }

        return end.IsCompleted;
    });

    private static async Task SendChunkAsync(RawCall call, byte[] bytes)
    {
        await call.SendAsync(Encoding.ASCII.GetBytes($"{bytes.Length:X}\r\n"));
        await call.SendAsync(bytes);
        await call.SendAsync("\r\n"u8.ToArray());
    }

    private sealed class Sum : IProgress<long>
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Report(long value) => Interlocked.Add(ref _value, value);
    }
}
