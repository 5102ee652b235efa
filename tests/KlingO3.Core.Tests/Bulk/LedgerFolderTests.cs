using KlingO3.Bulk;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>A ledger's folder that other users can write to: what they put there is not used, and the user is warned.</summary>
public sealed class LedgerFolderTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TemporaryFolder _elsewhere = new();

    public LedgerFolderTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the folder's access list decides.");

    private string Database => LedgerLocation.FileIn(_home.Path);

    public void Dispose()
    {
        _home.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public void A_second_user_s_ledger_is_not_used_and_left_as_it_is()
    {
        Share();
        Open(_elsewhere.Path);
        Shell.Run("chmod", "-R", "a+rX", _elsewhere.Path);
        OtherUser.Run($"cp {LedgerLocation.FileIn(_elsewhere.Path)} {Database}; chmod 666 {Database}");
        var bytes = File.ReadAllBytes(Database);

        var error = Assert.Throws<KlingException>(() => Open(_home.Path));

        Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains($"'{Database}' belongs to another user (id {OtherUser.Id})", error.Message, StringComparison.Ordinal);
        Assert.Contains("chmod 700", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Database));
    }

    [Theory]
    [InlineData("ledger.db-wal", "printf x > FILE")]
    [InlineData("ledger.db-journal", "printf x > FILE")]
    [InlineData("ledger.db-shm", "ln -s /etc/hostname FILE")]
    [InlineData("owners", "mkdir -m 777 FILE")]
    [InlineData("ledger.db", "ln -s /etc/hostname FILE")]
    public void Whatever_a_second_user_puts_beside_it_is_not_used(string name, string line)
    {
        Share();
        if (name != "ledger.db")
        {
            Open(_home.Path);
            Directory.Delete(ProcessOwner.FolderIn(_home.Path));
        }

        OtherUser.Run(line.Replace("FILE", _home.File(name), StringComparison.Ordinal));

        var error = Assert.Throws<KlingException>(() => Open(_home.Path));

        Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains($"'{_home.File(name)}' belongs to another user", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_under_the_ledger_s_name_is_not_waited_for()
    {
        Shell.Run("mkfifo", Database);

        var error = Assert.Throws<KlingException>(() => Open(_home.Path));

        Assert.Contains("is a pipe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_folder_that_all_can_write_to_a_hard_link_to_another_file_of_ours_is_not_used()
    {
        var own = _elsewhere.File("own.db");
        File.WriteAllText(own, "");
        Shell.Run("ln", own, Database);
        Open(_home.Path);
        Share();

        var error = Assert.Throws<KlingException>(() => Open(_home.Path));

        Assert.Contains("2 names", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_another_user_is_used_with_what_that_user_has_there()
    {
        // As where a container mounts a folder of its host's user.
        OtherUser.Require();
        Open(_home.Path);
        Shell.Run("chown", "-R", $"{OtherUser.Id}", _home.Path);

        Open(_home.Path);
    }

    [Theory]
    [InlineData("777", true)]
    [InlineData("1777", true)]
    [InlineData("775", false)]
    [InlineData("700", false)]
    public async Task A_run_warns_once_of_a_ledger_that_every_user_can_change(string mode, bool isWarned)
    {
        await using var shop = await Workshop.OpenAsync();
        Shell.Run("chmod", mode, shop.Home);

        await shop.CreateAsync(shop.Client(), [Workshop.Row("[instant] a"), Workshop.Row("[instant] b"), Workshop.Row("[instant] c")]);

        Assert.Equal(isWarned ? 1 : 0, shop.Notices.Count(notice => notice.Level == NoticeLevel.Warning && notice.Message.Contains($"every user of this computer can write to '{shop.Home}'", StringComparison.Ordinal)));
        Assert.Equal(3, (await shop.StateAsync()).GetProperty("createCalls").GetInt32());
    }

    private static void Open(string home) => SqliteLedger.Open(home, "account", TimeProvider.System).Dispose();

    private void Share() => Shell.Run("chmod", "777", _home.Path);
}
