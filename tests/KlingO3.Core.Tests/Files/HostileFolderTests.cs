using System.Text;
using KlingO3.Files;
using KlingO3.FileSystem;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>Folders that others can write to: what they put under our names is neither written to nor waited for.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private const string Secret = "alias ls='ls --color'\n";
    private static readonly byte[] Video = TestVideo.Of(300_000);
    private readonly TemporaryFolder _home = new();

    public HostileFolderTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links and pipes are made with the tools of Unix.");
        File.WriteAllText(Victim, Secret);
    }

    /// <summary>A file of ours in another folder.</summary>
    private string Victim => _home.File(".bashrc");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(".partial", "ln -s VICTIM FILE", "symbolic link")]
    [InlineData(".partial", "ln -s VICTIM.missing FILE", "symbolic link")]
    [InlineData(".partial", "ln VICTIM FILE", "2 names")]
    [InlineData(".partial", "mkfifo FILE", "pipe")]
    [InlineData(".partial", "mkdir FILE", "folder")]
    [InlineData(".partial.etag", "ln -s VICTIM FILE", "symbolic link")]
    [InlineData(".partial.etag", "ln -s VICTIM.missing FILE", "symbolic link")]
    [InlineData(".partial.etag", "ln VICTIM FILE", "2 names")]
    [InlineData(".partial.etag", "mkfifo FILE", "pipe")]
    [InlineData(".partial.etag", "mkdir FILE", "folder")]
    public async Task What_is_no_regular_file_with_one_name_is_refused_before_anything_is_fetched(string ending, string line, string what)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        Shell.Run("sh", "-ec", Fill(line, bench.Target + ending));

        var error = await bench.FailAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Contains($"'{bench.Target}{ending}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains("remove it", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(0, bench.Server.Connections);
        Assert.Equal([Path.GetFileName(bench.Target) + ending], bench.FilesInFolder);
        AssertUnharmed();
    }

    [Theory]
    [InlineData(".partial", "printf x > FILE; chmod 666 FILE", "another user (id 65534)")]
    [InlineData(".partial", "ln -s VICTIM FILE", "symbolic link")]
    [InlineData(".partial", "mkfifo -m 666 FILE", "pipe")]
    [InlineData(".partial.etag", "printf 'p-1 0\\n\"a\"\\n' > FILE; chmod 666 FILE", "another user (id 65534)")]
    [InlineData(".partial.etag", "ln -s VICTIM FILE", "symbolic link")]
    [InlineData(".partial.etag", "mkfifo -m 666 FILE", "pipe")]
    public async Task What_a_second_user_has_put_there_is_refused(string ending, string line, string what)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        ShareFolder(bench);
        OtherUser.Run(Fill(line, bench.Target + ending));

        var error = await bench.FailAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, bench.Server.Connections);
        AssertUnharmed();
    }

    [Fact]
    public async Task A_second_user_s_note_does_not_make_his_file_a_video_of_ours()
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        ShareFolder(bench);
        var his = _home.File("his.mp4");
        await File.WriteAllBytesAsync(his, TestVideo.Of(100_000, seed: 5), Cancel);
        OtherUser.Require();
        File.Move(his, bench.Target);
        OtherUser.Run($"printf 'p-1 0\\n\"a\"\\n' > {bench.Target}.partial.etag");

        await bench.FailAsync(errorId: KlingErrorId.FileExists);
    }

    [Fact]
    public async Task A_link_that_takes_the_partial_file_s_place_during_a_download_gets_nothing()
    {
        SaveBench? made = null;
        await using var bench = made = new SaveBench(async call =>
        {
            await call.HeadAsync(200, $"Content-Length: {Video.Length}", "ETag: \"a\"");
            await call.SendAsync(Video.AsMemory(0, 100_000));
            await Until.TrueAsync(() => File.Exists(made!.Target + ".partial"));
            Shell.Run("sh", "-ec", Fill("rm FILE; ln -s VICTIM FILE", made!.Target + ".partial"));
            await call.SendAsync(Video.AsMemory(100_000));
        });

        var error = await bench.FailAsync();

        Assert.Contains("was put in the place", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Target));
        AssertUnharmed();
    }

    [Fact]
    public async Task A_link_that_takes_the_note_s_place_during_a_download_is_replaced_and_not_followed()
    {
        var calls = 0;
        SaveBench? made = null;
        await using var bench = made = new SaveBench(async call =>
        {
            if (++calls == 2)
            {
                Shell.Run("sh", "-ec", Fill("rm FILE; ln -s VICTIM FILE; ln -s VICTIM FILE.new", made!.Target + ".partial.etag"));
            }

            await call.FileAsync(Video, $"ETag: \"{calls}\"", cut: calls == 1 ? 100_000 : null);
        });

        await bench.SaveAsync();

        Assert.Equal(2, calls);
        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal([Path.GetFileName(bench.Target)], bench.FilesInFolder);
        AssertUnharmed();
    }

    [Theory]
    [InlineData("ETag: \"$(touch /tmp/x)\"")]
    [InlineData("ETag: \"`id`\"")]
    [InlineData("ETag: \"a b\"")]
    public async Task An_ETag_of_other_characters_is_not_written_down_and_the_download_begins_anew(string validator)
    {
        var calls = 0;
        var noted = "";
        SaveBench? made = null;
        await using var bench = made = new SaveBench(async call =>
        {
            if (++calls == 2)
            {
                noted = await File.ReadAllTextAsync(made!.Target + ".partial.etag");
            }

            await call.FileAsync(Video, validator, cut: calls == 1 ? 100_000 : null);
        });

        await bench.SaveAsync();

        Assert.Equal("p-1 0\n\n", noted);
        Assert.All(bench.Server.Requests, request => Assert.Null(request["Range"]));
        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
    }

    [Fact]
    public void An_id_of_other_characters_is_written_down_as_a_hash_and_known_by_it()
    {
        var target = _home.File("a.mp4");
        PartialNote.Write(target, "p;$(id)\n 0", "\"a\"");

        Assert.Matches("^[0-9A-F]{64}\n\"a\"\n$", File.ReadAllText(target + ".partial.etag"));
        Assert.Equal("\"a\"", PartialNote.ReadValidator(target, "p;$(id)\n 0"));
        Assert.Null(PartialNote.ReadValidator(target, "p;$(id)\n 1"));
    }

    [Theory]
    [InlineData("\"a\"", "bytes=100000-")]
    [InlineData("\"$(id)\"", null)]
    [InlineData("x", null)]
    public async Task What_an_earlier_build_has_left_is_gone_on_with_where_its_note_is_plain(string validator, string? range)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        await File.WriteAllBytesAsync(bench.Target + ".partial", Video[..100_000], Cancel);
        await File.WriteAllLinesAsync(bench.Target + ".partial.etag", ["p-1 0", validator], Encoding.UTF8, Cancel);

        await bench.SaveAsync();

        Assert.Equal(range, Assert.Single(bench.Server.Requests)["Range"]);
        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pipe_under_the_video_s_own_name_is_left_alone_and_not_waited_for(bool isKnown)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        if (isKnown)
        {
            await bench.SaveAsync();
            File.Delete(bench.Target);
        }

        Shell.Run("mkfifo", bench.Target);

        // It gives up with one error or the other, and does not hang.
        var error = await Assert.ThrowsAsync<KlingException>(() => bench.SaveAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        Assert.True(error.ErrorId is KlingErrorId.FileExists or KlingErrorId.DownloadFailed, error.ErrorId);
        Assert.Equal([Path.GetFileName(bench.Target)], bench.FilesInFolder);
    }

    [Fact]
    public void On_a_share_that_gives_all_files_one_owner_a_file_of_that_owner_is_one_s_own()
    {
        var left = new FileFacts(FileKind.Regular, FileFacts.CurrentUser + 7, 1, default, 1, 2);

        Assert.Null(OwnFile.Problem(left, () => left.Owner));
        Assert.NotNull(OwnFile.Problem(left, () => FileFacts.CurrentUser));
        Assert.NotNull(OwnFile.Problem(left, () => null));
        Assert.NotNull(OwnFile.Problem(default, () => 0));
    }

    [Theory]
    [InlineData("touch FILE; chmod 640 FILE; ln FILE FILE.2", FileKind.Regular)]
    [InlineData("ln -s VICTIM FILE", FileKind.Link)]
    [InlineData("mkdir -m 2750 FILE", FileKind.Directory)]
    [InlineData("mkfifo FILE", FileKind.Special)]
    [InlineData("ln -s VICTIM.none FILE", FileKind.Link)]
    internal void The_facts_of_a_file_are_those_that_stat_gives(string line, FileKind kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The options of stat are those of Linux.");
        var file = _home.File("x");
        Shell.Run("sh", "-ec", Fill(line, file));

        var facts = FileFacts.At(file)!.Value;

        Assert.Equal(kind, facts.Kind);
        Assert.Equal(Shell.Run("stat", "-c", "%u %h %i %a", file), FormattableString.Invariant($"{facts.Owner} {facts.Links} {facts.Inode} {Convert.ToString((int)facts.Mode, 8)}"));
        Assert.Null(FileFacts.At(file + "/none"));
        Assert.Null(FileFacts.At(file + ".none"));
    }

    private string Fill(string line, string file) =>
        line.Replace("FILE", $"'{file}'", StringComparison.Ordinal).Replace("VICTIM", Victim, StringComparison.Ordinal);

    private static void ShareFolder(SaveBench bench) => Shell.Run("chmod", "777", bench.Folder);

    private void AssertUnharmed()
    {
        Assert.Equal(Secret, File.ReadAllText(Victim));
        Assert.Equal([Victim], Directory.GetFiles(_home.Path));
    }
}
