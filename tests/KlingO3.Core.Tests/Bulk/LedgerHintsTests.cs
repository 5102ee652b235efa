using System.Diagnostics;
using KlingO3.Bulk;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class LedgerHintsTests : IDisposable
{
    private static readonly Limits Loose = new(1000, 100_000);
    private readonly TemporaryFolder _home = new();

    private LedgerHints Hints => new(_home.Path, "me");

    private string File => System.IO.Path.Combine(_home.Path, "ledger.db");

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_ledger_is_not_made_for_them()
    {
        Assert.Empty(Hints.Batches(_ => true));
        Assert.Empty(Hints.Names(null, _ => true));
        Assert.Empty(Hints.Running(_ => true));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Path));
    }

    [Fact]
    public void They_are_read_while_a_process_writes_and_after_it_has_ended()
    {
        using (var ledger = Open())
        {
            Create(ledger, "spring", "b", "p-1");
            Create(ledger, "SPRING ", "a", "p-2");
            Create(ledger, "winter", "c", "p-3");
            ledger.Save(new KlingPrediction { Id = "p-1", Status = KlingStatus.Success });
            Expect();
        }

        Expect();
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_home.Path, "owners/*"), _ => true);

        void Expect()
        {
            Assert.Equal([("winter", 1, 1), ("spring", 2, 1)], Hints.Batches(_ => true).Select(batch => (batch.Name, batch.Rows, batch.Running)));
            Assert.Equal(["c", "a", "b"], Hints.Names(null, _ => true));
            Assert.Equal(["a", "b"], Hints.Names(" Spring", _ => true));
            Assert.Equal(["p-3", "p-2"], Hints.Running(_ => true).Select(prediction => prediction.Id));
            Assert.Equal(["p-2"], Hints.Running(id => id == "p-2").Select(prediction => prediction.Id));
        }
    }

    [Fact]
    public void Another_account_has_its_own()
    {
        using var ledger = Open();
        Create(ledger, "spring", "a", "p-1");

        Assert.Empty(new LedgerHints(_home.Path, "other").Batches(_ => true));
        Assert.Empty(new LedgerHints(_home.Path, "other").Running(_ => true));
    }

    [Fact]
    public void A_ledger_that_is_locked_or_no_ledger_at_all_gives_none_and_is_not_waited_for()
    {
        using (var ledger = Open())
        {
            Create(ledger, "spring", "a", "p-1");
        }

        using (var other = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            other.Open();
            other.Execute("PRAGMA journal_mode = DELETE");
            other.Execute("BEGIN EXCLUSIVE");
            var clock = Stopwatch.StartNew();
            Assert.Empty(Hints.Batches(_ => true));
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
        }

        System.IO.File.WriteAllText(File, new string('x', 10_000));
        Assert.Empty(Hints.Batches(_ => true));
    }

    private SqliteLedger Open() => SqliteLedger.Open(_home.Path, "me", TimeProvider.System);

    private static void Create(SqliteLedger ledger, string batch, string name, string id)
    {
        var intent = new RowIntent("model", new KlingInput { ["prompt"] = name }, name) { Batch = batch, Key = name, Name = name };
        var granted = Assert.IsType<Reservation.Granted>(ledger.Reserve(intent, Loose, retryFailed: false));
        ledger.Accept(granted.Row, id, DateTimeOffset.UtcNow);
    }
}
