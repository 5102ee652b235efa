using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>What happens to a file when runs die, or meet, between the download and its name.</summary>
public sealed class SaveTests
{
    [Fact]
    public async Task A_video_that_got_its_name_from_a_run_that_died_before_the_ledger_knew_is_known_again()
    {
        await using var shop = await Workshop.OpenAsync();
        using var folder = new TemporaryFolder();
        var done = await DoneAsync(shop);
        var options = new SaveOptions { Destination = folder.Path };
        Execute(shop, "CREATE TRIGGER broken BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'broken'); END");
        var saved = Assert.Single(await shop.Client().SaveAsync(done, options, null, TestContext.Current.CancellationToken));
        Execute(shop, "DROP TRIGGER broken");

        var again = Assert.Single(await shop.Client().SaveAsync(done, options, null, TestContext.Current.CancellationToken));

        Assert.Equal((saved.Path, true), (again.Path, again.WasThere));
        Assert.Equal([saved.Path], Directory.GetFiles(folder.Path));
        Assert.Equal(1, (await shop.StateAsync()).Number("downloads"));
    }

    [Fact]
    public async Task Clients_that_save_the_same_video_at_once_all_have_it_and_leave_nothing_beside_it()
    {
        await using var shop = await Workshop.OpenAsync();
        using var folder = new TemporaryFolder();
        var done = await DoneAsync(shop);

        for (var round = 0; round < 4; round++)
        {
            var options = new SaveOptions { Destination = folder.File($"{round}") };
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.Client().SaveAsync(done, options, null, TestContext.Current.CancellationToken)));
            Assert.EndsWith(".mp4", Assert.Single(Directory.GetFiles(options.Destination)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_not_this_video_is_left_as_it_is()
    {
        await using var shop = await Workshop.OpenAsync();
        using var folder = new TemporaryFolder();
        var done = await DoneAsync(shop);
        var path = folder.File("same.mp4");
        await File.WriteAllTextAsync(path, "mine", TestContext.Current.CancellationToken);
        var options = new SaveOptions { Destination = folder.Path, FileName = "same" };

        var error = await Assert.ThrowsAsync<KlingException>(() => shop.Client().SaveAsync(done, options, null, TestContext.Current.CancellationToken));
        Assert.Equal(KlingErrorId.FileExists, error.ErrorId);
        Assert.Equal("mine", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

        await shop.Client().SaveAsync(done, options with { Force = true }, null, TestContext.Current.CancellationToken);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.NotEqual("mine", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{Name}-{Id}")]
    [InlineData("{Name}")]
    public async Task Where_the_ledger_was_lost_a_file_that_is_this_video_is_known_for_it(string name)
    {
        await using var shop = await Workshop.OpenAsync();
        using var folder = new TemporaryFolder();
        var done = await DoneAsync(shop);
        var options = new SaveOptions { Destination = folder.Path, FileName = name };
        var path = Assert.Single(await shop.Client().SaveAsync(done, options, null, TestContext.Current.CancellationToken)).Path;
        Execute(shop, "DELETE FROM files");
        var before = File.GetLastWriteTimeUtc(path);
        var again = Assert.Single(await shop.Client().SaveAsync(done, new SaveOptions { Destination = folder.Path, FileName = name }, null, TestContext.Current.CancellationToken));

        Assert.True(again.WasThere);
        Assert.Equal(before, File.GetLastWriteTimeUtc(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Where_the_ledger_was_lost_another_video_of_the_same_length_is_left_as_it_is()
    {
        await using var shop = await Workshop.OpenAsync();
        using var folder = new TemporaryFolder();
        var done = await DoneAsync(shop);
        var options = new SaveOptions { Destination = folder.Path, FileName = "{Name}" };
        var path = Assert.Single(await shop.Client().SaveAsync(done, options, null, TestContext.Current.CancellationToken)).Path;
        Execute(shop, "DELETE FROM files");
        var mine = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        mine[^1] ^= 1;
        await File.WriteAllBytesAsync(path, mine, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<KlingException>(() => shop.Client().SaveAsync(done, options, null, TestContext.Current.CancellationToken));

        Assert.Equal(KlingErrorId.FileExists, error.ErrorId);
        Assert.Equal(mine, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_file_that_got_its_name_between_being_opened_and_being_locked_is_not_written_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows refuses to open it in the first place.");
        using var folder = new TemporaryFolder();
        var path = folder.File("a.mp4.partial");
        using var opened = OwnFile.TryOpen(path);
        Assert.True(OwnFile.IsAt(opened!, path));

        File.Move(path, folder.File("a.mp4"));
        Assert.False(OwnFile.IsAt(opened!, path));

        // Another download has begun under the old name.
        File.WriteAllText(path, "");
        Assert.False(OwnFile.IsAt(opened!, path));
    }

    [Fact]
    public void A_partial_file_that_is_the_finished_one_by_another_name_is_not_written_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The link is made with a tool of Unix.");
        using var folder = new TemporaryFolder();
        var target = folder.File("a.mp4");
        File.WriteAllText(target, "a whole video");
        Shell.Run("ln", target, target + ".partial");

        Assert.Throws<ForeignFileException>(() => PartialFile.TryOpen(target, "p-1 0"));
        Assert.Equal("a whole video", File.ReadAllText(target));
    }

    private static async Task<KlingPrediction> DoneAsync(Workshop shop)
    {
        var client = shop.Client();
        var made = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(client, [Workshop.Row("[instant] one", name: "one")])));
        return await client.WaitAsync(made.Prediction!, TimeSpan.FromSeconds(30), null, TestContext.Current.CancellationToken);
    }

    private static void Execute(Workshop shop, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(shop.Home)};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
