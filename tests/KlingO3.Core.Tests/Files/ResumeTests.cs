using KlingO3.Files;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>Going on where a download stopped, with servers that make it easy and with others.</summary>
public sealed class ResumeTests
{
    private static readonly byte[] Video = TestVideo.Of(300_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ETag: \"a\"", "\"a\"")]
    [InlineData("Last-Modified: Mon, 23 Nov 2026 10:00:00 GMT", "Mon, 23 Nov 2026 10:00:00 GMT")]
    public async Task The_rest_is_asked_for_on_condition_that_the_file_is_the_same(string validator, string condition)
    {
        var calls = 0;
        await using var bench = new SaveBench(call => call.FileAsync(Video, validator, cut: ++calls == 1 ? 100_000 : null));

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal((null, null), (bench.Server.Requests[0]["Range"], bench.Server.Requests[0]["If-Range"]));
        Assert.Equal(("bytes=100000-", condition), (bench.Server.Requests[1]["Range"], bench.Server.Requests[1]["If-Range"]));
        Assert.Equal(2, calls);
    }

    [Theory]
    [InlineData("ETag: W/\"a\"")]
    [InlineData(null)]
    public async Task Without_a_promise_of_equal_bytes_it_begins_anew(string? validator)
    {
        var calls = 0;
        await using var bench = new SaveBench(call => call.FileAsync(Video, validator, cut: ++calls == 1 ? 100_000 : null));

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.All(bench.Server.Requests, request => Assert.Null(request["Range"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_has_changed_meanwhile_is_fetched_from_its_beginning(bool ifRange)
    {
        // A server that does not know If-Range sends the rest of the other file: never mix the two.
        var other = TestVideo.Of(300_000, seed: 2);
        var calls = 0;
        await using var bench = new SaveBench(call => ++calls == 1 ? call.FileAsync(Video, cut: 100_000) : call.FileAsync(other, "ETag: \"b\"", ifRange: ifRange));

        await bench.SaveAsync();

        Assert.Equal(other, await File.ReadAllBytesAsync(bench.Target, Cancel));
    }

    [Fact]
    public async Task A_server_that_does_not_know_ranges_sends_it_all_again()
    {
        var calls = 0;
        await using var bench = new SaveBench(call => call.FileAsync(Video, ranges: false, cut: ++calls == 1 ? 100_000 : null));

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_server_that_does_not_know_ranges_and_always_breaks_off_is_given_up()
    {
        var calls = 0;
        await using var bench = new SaveBench(call => call.FileAsync(Video, ranges: false, cut: ++calls % 2 == 0 ? 200_000 : 100_000));

        await bench.FailAsync();

        // Beside the attempts, the service is asked for another URL.
        Assert.InRange(bench.Server.Requests.Count(request => !request.Target.StartsWith("/v1/", StringComparison.Ordinal)), 6, 8);
    }

    [Fact]
    public async Task A_server_that_sends_another_part_than_was_asked_for_is_not_believed()
    {
        var calls = 0;
        await using var bench = new SaveBench(async call =>
        {
            if (++calls == 2)
            {
                await call.AnswerAsync(206, Video.AsMemory(50_000), "ETag: \"a\"", $"Content-Range: bytes 50000-{Video.Length - 1}/{Video.Length}");
                return;
            }

            await call.FileAsync(Video, cut: calls == 1 ? 100_000 : null);
        });

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
    }

    [Fact]
    public async Task A_download_that_was_whole_when_its_process_died_is_not_fetched_again()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await LeaveAsync(bench.Target, "p-1 0", Video);

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal([Path.GetFileName(bench.Target)], bench.FilesInFolder);
        Assert.Equal("bytes=300000-", Assert.Single(bench.Server.Requests)["Range"]);
    }

    [Fact]
    public async Task What_is_longer_than_the_file_is_thrown_away()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await LeaveAsync(bench.Target, "p-1 0", new byte[400_000]);

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
    }

    [Fact]
    public async Task What_was_damaged_on_the_disk_is_fetched_once_more_from_the_beginning()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await LeaveAsync(bench.Target, "p-1 0", new byte[100_000]);

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal(["bytes=100000-", null], bench.Server.Requests.Select(request => request["Range"]));
    }

    [Fact]
    public async Task What_another_video_left_under_the_same_name_is_not_gone_on_with()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await LeaveAsync(bench.Target, "p-2 0", new byte[100_000]);

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Null(Assert.Single(bench.Server.Requests)["Range"]);
    }

    [Fact]
    public async Task A_link_may_expire_again_and_again_while_a_long_download_gets_on()
    {
        var life = 0;
        SaveBench? made = null;
        await using var bench = made = new SaveBench(call =>
        {
            if (call.Request.Target.StartsWith("/v1/", StringComparison.Ordinal))
            {
                return call.AnswerAsync(200, $$"""{"status":"success","output":"{{made!.Server.At($"file.mp4?life={life}")}}"}""");
            }

            return call.Request.Target.EndsWith($"?life={life}", StringComparison.Ordinal) ? call.FileAsync(Video, cut: ++life < 4 ? 80_000 : null) : call.AnswerAsync(403);
        });

        await bench.SaveAsync(bench.Of("p-1", "file.mp4?life=0"));

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal(3, bench.Server.Requests.Count(request => request.Target.StartsWith("/v1/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_is_silent_before_its_answer_or_in_the_middle_of_it_is_asked_again()
    {
        var (calls, time, sum) = (0, new FakeTimeProvider(), new Sum());
        await using var bench = new SaveBench(
            async call =>
            {
                switch (++calls)
                {
                    case 1:
                        await call.HangAsync();
                        break;
                    case 2:
                        await call.FileAsync(Video, cut: 100_000);
                        await call.HangAsync();
                        break;
                    default:
                        await call.FileAsync(Video);
                        break;
                }
            },
            time);

        var save = bench.SaveAsync(bytes: sum);
        await Until.TrueAsync(() => calls == 1);
        time.Advance(TimeSpan.FromSeconds(59));
        await Task.Delay(50, Cancel);
        Assert.Equal(1, calls);
        time.Advance(TimeSpan.FromSeconds(2));
        await AdvanceUntilAsync(time, () => calls == 2 && sum.Value == 100_000);
        time.Advance(TimeSpan.FromSeconds(61));
        await AdvanceUntilAsync(time, () => save.IsCompleted);

        Assert.Equal(Video, await File.ReadAllBytesAsync((await save).Path, Cancel));
        Assert.Equal([null, null, "bytes=100000-"], bench.Server.Requests.Select(request => request["Range"]));
    }

    [Fact]
    public async Task A_server_that_is_slow_but_never_silent_is_not_given_up()
    {
        const int Step = 55_000;
        var large = TestVideo.Of(20 * Step);
        var (calls, time, sum, go) = (0, new FakeTimeProvider(), new Sum(), new SemaphoreSlim(0));
        await using var bench = new SaveBench(
            async call =>
            {
                calls++;
                await call.HeadAsync(200, $"Content-Length: {large.Length}", "ETag: \"a\"");
                for (var at = 0; at < large.Length; at += Step)
                {
                    await go.WaitAsync(call.Ended);
                    await call.SendAsync(large.AsMemory(at, Step));
                }
            },
            time);

        var save = bench.SaveAsync(bytes: sum);
        await Until.TrueAsync(() => calls == 1);
        for (var at = Step; at <= large.Length; at += Step)
        {
            // 1.1 kB a second: just above the least rate.
            time.Advance(TimeSpan.FromSeconds(50));
            go.Release();
            await Until.TrueAsync(() => sum.Value == at);
        }

        Assert.Equal(large, await File.ReadAllBytesAsync((await save).Path, Cancel));
        Assert.Equal(1, calls);
    }

    /// <summary>What a run that was killed leaves behind.</summary>
    private static async Task LeaveAsync(string target, string identity, byte[] bytes)
    {
        using var partial = PartialFile.TryOpen(target, identity)!;
        partial.Restart("\"a\"");
        await partial.AppendAsync(bytes, Cancel);
    }

    private static Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition) => Until.TrueAsync(() =>
    {
        time.Advance(TimeSpan.FromSeconds(0.1));
        return condition();
    });

    private sealed class Sum : IProgress<long>
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Report(long value) => Interlocked.Add(ref _value, value);
    }
}
