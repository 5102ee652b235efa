using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>A ledger knows its own file: no other is taken for it, and none that is gone is taken for an empty one.</summary>
public sealed class LedgerFileTests : IDisposable
{
    private static readonly Limits Loose = new(1000, 1000);
    private readonly TemporaryFolder _home = new();

    private string Database => LedgerLocation.FileIn(_home.Path);

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_in_a_log_whose_database_is_gone_are_left_alone_and_no_empty_ledger_is_made(bool isThere)
    {
        byte[] log;
        using (var ledger = Open())
        {
            Grant(ledger, "a");
            log = File.ReadAllBytes(Database + "-wal");
        }

        File.Delete(Database);
        if (isThere)
        {
            File.WriteAllBytes(Database, []);
        }

        File.WriteAllBytes(Database + "-wal", log);

        var error = Refused("-wal");

        Assert.Contains("dashboard", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(isThere, File.Exists(Database));
        Assert.Equal(0, isThere ? new FileInfo(Database).Length : 0);
        Assert.Equal(log, File.ReadAllBytes(Database + "-wal"));
    }

    [Fact]
    public void An_empty_file_without_a_log_is_what_a_run_leaves_that_died_early_and_becomes_a_ledger()
    {
        File.WriteAllBytes(Database, []);

        using var ledger = Open();

        Grant(ledger, "a");
    }

    [Theory]
    [InlineData("CREATE TABLE notes (text TEXT)")]
    [InlineData("CREATE TABLE notes (text TEXT); PRAGMA user_version = 3")]
    [InlineData("CREATE TABLE predictions (id TEXT); PRAGMA user_version = 2")]
    [InlineData("CREATE TABLE predictions (id TEXT); CREATE TABLE sends (a); CREATE TABLE accounts (a); CREATE TABLE files (a); PRAGMA user_version = 3")]
    [InlineData("PRAGMA application_id = 1196444487; CREATE TABLE gpkg_contents (a)")]
    [InlineData("PRAGMA application_id = 1196444487")]
    [InlineData("PRAGMA user_version = 7; VACUUM")]
    [InlineData("PRAGMA user_version = -1; VACUUM")]
    [InlineData("CREATE TABLE notes (text TEXT); PRAGMA user_version = -1")]
    public void Another_program_s_database_is_left_as_it_is(string made)
    {
        Execute(made);
        var bytes = File.ReadAllBytes(Database);

        var error = Refused("no ledger of KlingO3");

        Assert.Contains(LedgerLocation.HomeVariable, error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Database));
        Assert.Equal([Database], Directory.GetFiles(_home.Path));
    }

    [Theory]
    [InlineData("PRAGMA user_version = -1")]
    [InlineData("PRAGMA user_version = 0")]
    [InlineData("PRAGMA application_id = 0")]
    [InlineData("PRAGMA application_id = 0; PRAGMA user_version = 0")]
    public void A_ledger_whose_header_is_damaged_is_not_taken_for_a_new_one(string damage)
    {
        using (var ledger = Open())
        {
            Grant(ledger, "a");
        }

        Execute(damage);

        Refused("ledger");
        Assert.Equal(1L, Scalar("SELECT count(*) FROM predictions"));
    }

    [Fact]
    public void A_ledger_is_marked_as_one()
    {
        Open().Dispose();

        Assert.Equal(LedgerSchema.ApplicationId, Scalar("PRAGMA application_id"));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("move")]
    [InlineData("replace")]
    [InlineData("copy")]
    [InlineData("log")]
    public void A_file_that_is_taken_away_during_a_run_ends_its_reservations(string how)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a file go that SQLite has open.");
        using var ledger = Open();
        var row = Grant(ledger, "a");
        var sent = Grant(ledger, "b");

        TakeAway(how);

        KlingException[] errors =
        [
            Assert.Throws<KlingException>(() => ledger.Reserve(Row("c"), Loose, false)),
            Assert.Throws<KlingException>(() => ledger.ReserveAgain(row, Loose)),
            Assert.Throws<KlingException>(() => ledger.Accept(sent, "p-1", DateTimeOffset.UtcNow)),
        ];
        Assert.All(errors, error => Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId));
        Assert.All(errors, error => Assert.Contains("moved, replaced or deleted", error.Message, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Contains("Connect-Kling", error.RecommendedAction, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_was_put_back_is_used_again_and_has_the_id_that_came_meanwhile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a file go that SQLite has open.");
        using var ledger = Open();
        var sent = Grant(ledger, "a");
        File.Move(Database, Database + ".away");
        Assert.Throws<KlingException>(() => ledger.Accept(sent, "p-1", DateTimeOffset.UtcNow));

        File.Move(Database + ".away", Database);

        Grant(ledger, "b");
        Assert.Equal("p-1", ledger.Find("spring", "a")?.Prediction.Id);
    }

    [Theory]
    [InlineData("PRAGMA user_version = 999", "newer version")]
    [InlineData("PRAGMA application_id = 7", "replaced")]
    public void A_ledger_that_becomes_another_while_it_is_open_grants_nothing_more(string change, string message)
    {
        using var ledger = Open();
        Grant(ledger, "a");

        Execute(change);

        var error = Assert.Throws<KlingException>(() => ledger.Reserve(Row("b"), Loose, false));
        Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_reservation_leaves_the_ledger_to_other_threads()
    {
        using var ledger = Open();
        Execute("PRAGMA user_version = 999");
        Assert.Throws<KlingException>(() => ledger.Reserve(Row("a"), Loose, false));

        var other = Task.Factory.StartNew(() => ledger.Withdraw(1), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await other.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Where_the_ledger_is_deleted_during_a_run_nothing_more_is_paid_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a file go that SQLite has open.");
        await using var shop = await Workshop.OpenAsync("--job-seconds", "1");
        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("one", "spring")]);
        foreach (var file in Directory.GetFiles(shop.Home, "ledger.db*"))
        {
            File.Delete(file);
        }

        var run = shop.Run(client);
        var outcome = await run.Submit(Workshop.Row("two", "spring"), TestContext.Current.CancellationToken).Result;

        Assert.Equal((CreateOutcome.NotSent, KlingErrorId.LedgerUnavailable), (outcome.Outcome, run.Stopped?.ErrorId));
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
    }

    private void TakeAway(string how)
    {
        switch (how)
        {
            case "delete":
                File.Delete(Database);
                break;
            case "move":
                File.Move(Database, Database + ".away");
                break;
            case "replace":
                using (var other = new TemporaryFolder())
                {
                    SqliteLedger.Open(other.Path, "account", TimeProvider.System).Dispose();
                    File.Move(LedgerLocation.FileIn(other.Path), Database, overwrite: true);
                }

                break;
            case "copy":
                File.Copy(Database, Database + ".copy");
                File.Move(Database + ".copy", Database, overwrite: true);
                break;
            case "log":
                File.Delete(Database + "-wal");
                break;
        }
    }

    private KlingException Refused(string message)
    {
        var error = Assert.Throws<KlingException>(() => Open());
        Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains(Database, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        return error;
    }

    private static long Grant(SqliteLedger ledger, string key) => Assert.IsType<Reservation.Granted>(ledger.Reserve(Row(key), Loose, false)).Row;

    private static RowIntent Row(string key) => new("m", new KlingInput { ["prompt"] = key }, "hash") { Batch = "spring", Key = key };

    private SqliteLedger Open() => SqliteLedger.Open(_home.Path, "account", TimeProvider.System);

    private void Execute(string sql)
    {
        using var connection = Connect();
        connection.Execute(sql);
    }

    private long Scalar(string sql)
    {
        using var connection = Connect();
        return connection.Scalar<long>(sql);
    }

    private SqliteConnection Connect()
    {
        SqliteLedger.InitializeNative();
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }
}
