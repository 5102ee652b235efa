using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>What is under the final name, when, and what must never be.</summary>
public sealed class DestinationTests
{
    private static readonly byte[] Video = TestVideo.Of(200_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_is_not_this_video_is_left_alone_and_nothing_is_fetched()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await File.WriteAllTextAsync(bench.Target, "my own", Cancel);

        var error = await bench.FailAsync(errorId: KlingErrorId.FileExists);

        Assert.Contains("-Force", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("my own", await File.ReadAllTextAsync(bench.Target, Cancel));
        Assert.Equal([Path.GetFileName(bench.Target)], bench.FilesInFolder);
        Assert.Equal(0, bench.Server.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_predictions_of_one_file_name_do_not_replace_each_other(bool atOnce)
    {
        await using var bench = new SaveBench(call => call.FileAsync(call.Request.Target.Contains("one", StringComparison.Ordinal) ? Video : TestVideo.Of(100_000)));
        var options = bench.Options() with { FileName = "same" };
        Task<IReadOnlyList<SavedVideo>> Save(string id) => bench.Client.SaveAsync(bench.Of(id, $"{id}.mp4"), options, null, Cancel);

        var saves = new List<Task<IReadOnlyList<SavedVideo>>> { Save("one") };
        if (!atOnce)
        {
            await saves[0];
        }

        saves.Add(Save("two"));
        await Task.WhenAll(saves).ContinueWith(_ => { }, TaskScheduler.Default);

        var failed = Assert.Single(saves, save => save.IsFaulted);
        var won = Assert.Single(saves, save => save.IsCompletedSuccessfully);
        Assert.Equal(KlingErrorId.FileExists, Assert.IsType<KlingException>(failed.Exception!.InnerException).ErrorId);
        Assert.Equal((await won)[0].PredictionId == "one" ? 200_000 : 100_000, new FileInfo(Path.Combine(bench.Folder, "same.mp4")).Length);
        Assert.True(atOnce || saves[0] == won);
        Assert.Equal(["same.mp4"], bench.FilesInFolder);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Force_does_not_replace_another_video_of_the_same_run(bool atOnce)
    {
        await using var bench = new SaveBench(call => call.FileAsync(call.Request.Target.Contains("one", StringComparison.Ordinal) ? Video : TestVideo.Of(100_000)));
        var target = Path.Combine(bench.Folder, "same.mp4");
        await File.WriteAllTextAsync(target, "of an earlier run", Cancel);
        var options = bench.Options(force: true) with { FileName = "same" };
        Task<IReadOnlyList<SavedVideo>> Save(string id) => bench.Client.SaveAsync(bench.Of(id, $"{id}.mp4"), options, null, Cancel);

        var saves = new List<Task<IReadOnlyList<SavedVideo>>> { Save("one") };
        if (!atOnce)
        {
            await saves[0];
        }

        saves.Add(Save("two"));
        await Task.WhenAll(saves).ContinueWith(_ => { }, TaskScheduler.Default);

        var error = Assert.IsType<KlingException>(Assert.Single(saves, save => save.IsFaulted).Exception!.InnerException);
        var won = (await Assert.Single(saves, save => save.IsCompletedSuccessfully))[0];
        Assert.Equal(KlingErrorId.FileExists, error.ErrorId);
        Assert.Contains("{Id}", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(won.PredictionId == "one" ? 200_000 : 100_000, new FileInfo(target).Length);
        Assert.Equal(["same.mp4"], bench.FilesInFolder);
    }

    [Fact]
    public async Task Force_does_not_replace_what_the_same_run_found_to_be_another_row_s_video()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        SaveOptions Options() => bench.Options(force: true) with { FileName = "same" };
        Task<IReadOnlyList<SavedVideo>> Save(string id, SaveOptions options) => bench.Client.SaveAsync(bench.Of(id), options, null, Cancel);
        await Save("one", Options());

        var second = Options();
        Assert.True((await Save("one", second))[0].WasThere);
        var error = await Assert.ThrowsAsync<KlingException>(() => Save("two", second));

        Assert.Equal(KlingErrorId.FileExists, error.ErrorId);
        Assert.Single(bench.Server.Requests);
    }

    [Fact]
    public async Task Force_replaces_a_video_of_an_earlier_run_and_that_one_is_not_taken_for_being_there()
    {
        // Both have the same length: only the ledger can tell them apart.
        await using var bench = new SaveBench(call => call.FileAsync(TestVideo.Of(1_000, seed: call.Request.Target.Length)));
        Task<IReadOnlyList<SavedVideo>> Save(string id, bool force) => bench.Client.SaveAsync(bench.Of(id, $"{id}.mp4"), bench.Options(force) with { FileName = "same" }, null, Cancel);
        await Save("a", force: false);

        await Save("bcd", force: true);

        Assert.Equal(TestVideo.Of(1_000, seed: "/bcd.mp4".Length), await File.ReadAllBytesAsync(Path.Combine(bench.Folder, "same.mp4"), Cancel));
        var error = await Assert.ThrowsAsync<KlingException>(() => Save("a", force: false));
        Assert.Equal(KlingErrorId.FileExists, error.ErrorId);
        Assert.True((await Save("bcd", force: false))[0].WasThere);
    }

    [Fact]
    public async Task A_name_whose_file_was_moved_away_meanwhile_is_free_again_within_the_run()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        var options = bench.Options() with { FileName = "same" };
        var target = Path.Combine(bench.Folder, "same.mp4");
        await bench.Client.SaveAsync(bench.Of("one"), options, null, Cancel);
        File.Move(target, Path.Combine(bench.Folder, "kept.mp4"));

        var saved = Assert.Single(await bench.Client.SaveAsync(bench.Of("two"), options, null, Cancel));

        Assert.Equal((target, false), (saved.Path, saved.WasThere));
        Assert.Equal(["kept.mp4", "same.mp4"], bench.FilesInFolder);
    }

    [Fact]
    public async Task Force_replaces_a_file_in_one_step_at_the_very_end()
    {
        var (half, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var bench = new SaveBench(async call =>
        {
            await call.HeadAsync(200, $"Content-Length: {Video.Length}");
            await call.SendAsync(Video.AsMemory(0, 199_999));
            half.SetResult();
            await go.Task;
            await call.SendAsync(Video.AsMemory(199_999));
        });
        await File.WriteAllTextAsync(bench.Target, "my own", Cancel);

        var save = bench.SaveAsync(force: true);
        await half.Task;
        await Task.Delay(50, Cancel);
        Assert.Equal("my own", await File.ReadAllTextAsync(bench.Target, Cancel));
        go.SetResult();

        Assert.False((await save).WasThere);
        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
    }

    [Fact]
    public async Task Force_that_fails_leaves_the_file_that_was_there()
    {
        await using var bench = new SaveBench(call => call.AnswerAsync(200, "<html>sorry</html>"));
        await File.WriteAllTextAsync(bench.Target, "my own", Cancel);

        await bench.FailAsync(force: true);

        Assert.Equal("my own", await File.ReadAllTextAsync(bench.Target, Cancel));
        Assert.Equal([Path.GetFileName(bench.Target)], bench.FilesInFolder);
    }

    [Fact]
    public async Task A_file_that_appears_under_the_name_during_the_download_is_not_replaced()
    {
        SaveBench? made = null;
        await using var bench = made = new SaveBench(async call =>
        {
            await File.WriteAllTextAsync(made!.Target, "my own", Cancel);
            await call.FileAsync(Video);
        });

        await bench.FailAsync(errorId: KlingErrorId.FileExists);

        Assert.Equal("my own", await File.ReadAllTextAsync(bench.Target, Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(199_999)]
    public async Task A_saved_video_of_which_the_end_is_gone_is_mended_without_being_asked(int left)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await bench.SaveAsync();
        await File.WriteAllBytesAsync(bench.Target, Video[..left], Cancel);

        var saved = await bench.SaveAsync();

        Assert.False(saved.WasThere);
        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal(2, bench.Server.Requests.Count);
    }

    [Fact]
    public async Task A_saved_video_that_was_deleted_or_moved_is_fetched_again()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await bench.SaveAsync();
        File.Move(bench.Target, bench.Target + ".mov");

        Assert.False((await bench.SaveAsync()).WasThere);

        Assert.Equal(2, bench.FilesInFolder.Count);
    }

    [Fact]
    public async Task A_saved_video_that_its_user_has_made_into_another_is_left_alone()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await bench.SaveAsync();
        var edited = TestVideo.Of(150_000, seed: 9);
        await File.WriteAllBytesAsync(bench.Target, edited, Cancel);

        await bench.FailAsync(errorId: KlingErrorId.FileExists);

        Assert.Equal(edited, await File.ReadAllBytesAsync(bench.Target, Cancel));
    }

    [Fact]
    public async Task Two_processes_that_save_the_same_video_at_once_fetch_it_once_and_both_have_it()
    {
        await using var bench = new SaveBench(async call =>
        {
            await call.HeadAsync(200, $"Content-Length: {Video.Length}", "ETag: \"a\"");
            await call.SendAsync(Video.AsMemory(0, 100_000));
            await Task.Delay(100, call.Ended);
            await call.SendAsync(Video.AsMemory(100_000));
        });
        var other = bench.NewClient();

        var saved = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => bench.SaveAsync(client: n % 2 == 0 ? bench.Client : other)));

        Assert.Equal((1, 5), (saved.Count(video => !video.WasThere), saved.Count(video => video.WasThere)));
        Assert.Single(bench.Server.Requests);
        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal([Path.GetFileName(bench.Target)], bench.FilesInFolder);
    }

    [Fact]
    public async Task However_close_to_each_other_two_processes_save_there_is_no_moment_at_which_they_fail()
    {
        var small = TestVideo.Of(500);
        await using var bench = new SaveBench(call => call.FileAsync(small));
        var other = bench.NewClient();
        for (var n = 0; n < 40; n++)
        {
            var saves = new List<Task<SavedVideo>>();
            for (var turn = 0; turn < 4; turn++)
            {
                var client = turn % 2 == 0 ? bench.Client : other;
                saves.Add(Task.Run(() => bench.SaveAsync(bench.Of($"p-{n}"), client: client), Cancel));
                await Task.Delay(turn * n % 3, Cancel);
            }

            Assert.Equal(1, (await Task.WhenAll(saves)).Count(video => !video.WasThere));
        }

        Assert.Equal((40, 40), (bench.Server.Requests.Count, bench.FilesInFolder.Count));
    }

    [Fact]
    public async Task Every_video_of_a_prediction_is_saved_under_a_name_of_its_own()
    {
        await using var bench = new SaveBench(call => call.FileAsync(TestVideo.Of(call.Request.Target.Length * 100)));
        var prediction = bench.Prediction with { Outputs = new KlingOutputs([bench.Server.At("a.mp4").AbsoluteUri, bench.Server.At("bc.mov").AbsoluteUri]) };

        var saved = await bench.Client.SaveAsync(prediction, bench.Options(), null, Cancel);

        Assert.Equal(["row-p-1-2.mov", "row-p-1.mp4"], bench.FilesInFolder);
        Assert.Equal([600L, 700], saved.Select(video => new FileInfo(video.Path).Length));
    }

    [Theory]
    [InlineData("../../evil", "{Name}-{Id}")]
    [InlineData("/etc/cron.d/evil", "{Name}")]
    [InlineData("C:\\evil", "{Name}")]
    [InlineData("..", "{Name}")]
    [InlineData("evil", "../{Name}")]
    [InlineData("evil", "/tmp/{Name}/x")]
    [InlineData("evil\0.sh", "{Name}")]
    public async Task No_name_leads_out_of_the_folder(string name, string pattern)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        var prediction = bench.Of("p-1", "a/..%2f..%2fevil.sh?x=/../y.exe", name);

        var saved = Assert.Single(await bench.Client.SaveAsync(prediction, bench.Options() with { FileName = pattern }, null, Cancel));

        Assert.Equal(bench.Folder, Path.GetDirectoryName(saved.Path));
        Assert.Equal([Path.GetFileName(saved.Path)], bench.FilesInFolder);
        Assert.EndsWith(".mp4", saved.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_is_made_if_it_is_not_there()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        var deep = Path.Combine(bench.Folder, "a", "b");

        var saved = Assert.Single(await bench.Client.SaveAsync(bench.Prediction, bench.Options() with { Destination = deep }, null, Cancel));

        Assert.Equal(deep, Path.GetDirectoryName(saved.Path));
    }

    [Theory]
    [InlineData("file/below")]
    [InlineData("file")]
    public async Task A_folder_that_cannot_be_is_an_error_that_says_what_to_do(string folder)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await File.WriteAllTextAsync(Path.Combine(bench.Folder, "file"), "x", Cancel);

        var error = await Assert.ThrowsAsync<KlingException>(() => bench.Client.SaveAsync(bench.Prediction, bench.Options() with { Destination = Path.Combine(bench.Folder, folder) }, null, Cancel));

        Assert.Equal((KlingErrorId.DownloadFailed, "p-1"), (error.ErrorId, error.PredictionId));
        Assert.Contains("-Destination", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".partial")]
    [InlineData(".partial.etag")]
    public async Task A_folder_under_a_file_s_name_is_an_error_however_often_it_is_tried(string ending)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        Directory.CreateDirectory(bench.Target + ending);

        await bench.FailAsync();
        await bench.FailAsync().WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.True(Directory.Exists(bench.Target + ending));
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_to_is_an_error_that_says_what_to_do()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        using var mount = SmallDisk.Mount(bench.Folder, "ro");

        var error = await bench.FailAsync();

        Assert.Contains(bench.Target, error.Message, StringComparison.Ordinal);
        Assert.Contains("-Destination", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(bench.FilesInFolder);
    }

    [Fact]
    public async Task A_disk_that_fills_up_is_an_error_that_says_what_to_do_and_when_there_is_room_the_download_goes_on()
    {
        SaveBench? made = null;
        await using var bench = made = new SaveBench(async call =>
        {
            if (made!.Server.Requests.Count > 1)
            {
                await call.FileAsync(Video);
                return;
            }

            // Another program fills the disk while the download runs.
            await call.HeadAsync(200, $"Content-Length: {Video.Length}", "ETag: \"a\"");
            await call.SendAsync(Video.AsMemory(0, 60_000));
            await Until.TrueAsync(() => new FileInfo(made.Target + ".partial") is { Exists: true, Length: 60_000 });
            await File.WriteAllBytesAsync(Path.Combine(made.Folder, "filler"), new byte[100_000]);
            await call.SendAsync(Video.AsMemory(60_000));
        });
        using var mount = SmallDisk.Mount(bench.Folder, "size=256k");

        var error = await bench.FailAsync();

        Assert.Contains("space", error.RecommendedAction, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Target));
        mount.Remount("size=1m");
        Assert.False((await bench.SaveAsync()).WasThere);
        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.NotNull(bench.Server.Requests[^1]["Range"]);
    }
}
