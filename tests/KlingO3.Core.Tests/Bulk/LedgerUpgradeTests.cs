using KlingO3.Bulk;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Ledgers of earlier versions, as those wrote them: this file's copies of their tables never change.</summary>
public sealed class LedgerUpgradeTests : IDisposable
{
    private const string Version1 =
        """
        CREATE TABLE predictions (
            row INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, batch TEXT, key TEXT, retired INTEGER NOT NULL DEFAULT 0, name TEXT, model TEXT,
            input TEXT, input_hash TEXT, id TEXT, status TEXT NOT NULL, in_flight INTEGER NOT NULL, owner TEXT, sent_at INTEGER, lost_at INTEGER,
            service_ahead INTEGER, created_at INTEGER, completed_at INTEGER, outputs TEXT, error_code TEXT, error_message TEXT, retryable INTEGER,
            classification TEXT, logs TEXT, predict_time REAL, cost TEXT);
        CREATE UNIQUE INDEX predictions_key ON predictions (account, batch, key) WHERE key IS NOT NULL AND retired = 0;
        CREATE UNIQUE INDEX predictions_id ON predictions (account, id) WHERE id IS NOT NULL;
        CREATE INDEX predictions_in_flight ON predictions (account) WHERE in_flight = 1;
        CREATE INDEX predictions_owned ON predictions (account) WHERE owner IS NOT NULL;
        CREATE TABLE sends (account TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX sends_at ON sends (account, at);
        CREATE TABLE accounts (account TEXT PRIMARY KEY, paused_until INTEGER NOT NULL DEFAULT 0, pause_reason TEXT, refusals INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE files (account TEXT NOT NULL, id TEXT NOT NULL, output INTEGER NOT NULL, path TEXT NOT NULL, length INTEGER NOT NULL,
            saved_at INTEGER NOT NULL, PRIMARY KEY (account, id, output, path)) WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    private const string Version2 =
        Version1 +
        """
        CREATE TABLE uploads (account TEXT NOT NULL, sha256 TEXT NOT NULL, content_type TEXT NOT NULL, url TEXT, expires_at INTEGER, uploaded_at INTEGER,
            owner TEXT, PRIMARY KEY (account, sha256, content_type)) WITHOUT ROWID;
        PRAGMA user_version = 2;
        """;

    private const string Version3 =
        Version2 +
        """
        CREATE TABLE webhooks (account TEXT NOT NULL, id TEXT NOT NULL, heard_at INTEGER NOT NULL, PRIMARY KEY (account, id)) WITHOUT ROWID;
        PRAGMA user_version = 3;
        """;

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(Version1)]
    [InlineData(Version2)]
    [InlineData(Version3)]
    public void A_ledger_of_an_earlier_version_is_known_by_its_tables_and_keeps_all_its_rows(string version)
    {
        KlingStatus[] states = Enum.GetValues<KlingStatus>();
        Execute(version);
        foreach (var state in states)
        {
            // Their words were the names of the states.
            Execute(
                $"""
                INSERT INTO predictions (account, batch, key, model, input, input_hash, id, status, in_flight, sent_at)
                VALUES ('account', 'spring', 'k-{state}', 'm', '{"{}"}', 'hash', {(state is KlingStatus.Submitting or KlingStatus.Unknown ? "NULL" : $"'p-{state}'")}, '{state}', 0, 1700000000000)
                """);
        }

        using var ledger = SqliteLedger.Open(_home.Path, "account", TimeProvider.System);

        Assert.All(states, state => Assert.Equal(state, ledger.OlderRows("spring").Single(row => row.Key == $"k-{state}").Prediction.Status));
        Assert.All(states, state => Assert.Equal(state, Assert.Single(ledger.List(new PredictionQuery { Status = [state] })).Prediction.Status));
        Assert.All(ledger.List(new PredictionQuery()), row => Assert.Null(row.Damage));
        using var connection = Connect();
        Assert.Equal(LedgerSchema.ApplicationId, connection.Scalar<long>("PRAGMA application_id"));
        Assert.Equal(states.Select(LedgerStates.Word).Order(), connection.Query("SELECT status FROM predictions", reader => reader.GetString(0)).Order());
    }

    [Fact]
    public void Every_version_without_a_mark_is_upgraded_and_marked()
    {
        for (var version = 1; version <= 7; version++)
        {
            using var home = new TemporaryFolder();
            using (var connection = Connect(home.Path))
            {
                LedgerSchema.Upgrade(connection, LedgerLocation.FileIn(home.Path), version);
                Assert.Equal((0L, (long)version), (connection.Scalar<long>("PRAGMA application_id"), connection.Scalar<long>("PRAGMA user_version")));
            }

            SqliteLedger.Open(home.Path, "account", TimeProvider.System).Dispose();

            using var upgraded = Connect(home.Path);
            Assert.Equal(LedgerSchema.ApplicationId, upgraded.Scalar<long>("PRAGMA application_id"));
        }
    }

    [Fact]
    public void What_an_earlier_build_that_still_runs_writes_down_gets_the_words_of_today()
    {
        Execute(Version3);
        using var earlier = Connect();
        using var ledger = SqliteLedger.Open(_home.Path, "account", TimeProvider.System);

        earlier.Execute("INSERT INTO predictions (account, id, status, in_flight) VALUES ('account', 'p-1', 'Created', 1)");
        Assert.Equal(KlingStatus.Created, ledger.Find("p-1")?.Prediction.Status);
        earlier.Execute("UPDATE predictions SET status = 'Success', in_flight = 0 WHERE id = 'p-1'");

        Assert.Equal(KlingStatus.Success, Assert.Single(ledger.List(new PredictionQuery { Status = [KlingStatus.Success] })).Prediction.Status);
    }

    [Fact]
    public void What_has_ended_stays_ended_after_an_upgrade()
    {
        Execute(Version3);
        Execute("INSERT INTO predictions (account, id, model, status, in_flight, predict_time, created_at, completed_at, cost) VALUES ('account', 'p-1', 'm', 'Success', 0, 300, 0, 310000, '0.42')");
        using var ledger = SqliteLedger.Open(_home.Path, "account", TimeProvider.System);

        ledger.Save(new KlingPrediction { Id = "p-1", Status = KlingStatus.Processing });

        Assert.Equal(KlingStatus.Success, ledger.Find("p-1")?.Prediction.Status);
        Assert.Equal((0.42m, 300), (ledger.Cost("m"), Assert.Single(ledger.Durations("m", 10))));
    }

    [Fact]
    public void Each_state_has_a_word_of_its_own_that_is_read_as_that_state_again()
    {
        // They are in the ledgers of users: a word of this list never changes.
        Assert.Equal(
            ["submitting", "created", "starting", "processing", "success", "error", "cancelled", "unknown"],
            Enum.GetValues<KlingStatus>().Select(LedgerStates.Word));
        Assert.All(Enum.GetValues<KlingStatus>(), state => Assert.Equal(state, LedgerStates.Status(LedgerStates.Word(state))));
        Assert.Null(LedgerStates.Status("Success"));
    }

    [Fact]
    public async Task Processes_that_make_or_upgrade_a_ledger_at_once_all_get_it()
    {
        for (var round = 0; round < 10; round++)
        {
            using var home = new TemporaryFolder();
            if (round % 2 == 0)
            {
                Execute(Version3, home.Path);
            }

            await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() =>
            {
                using var ledger = SqliteLedger.Open(home.Path, "account", TimeProvider.System);
                Assert.IsType<Reservation.Granted>(ledger.Reserve(new RowIntent("m", [], $"hash{n}") { Batch = "b", Key = $"{n}" }, new Limits(10, 100), false));
            })));
        }
    }

    private void Execute(string sql, string? home = null)
    {
        using var connection = Connect(home);
        connection.Execute(sql);
    }

    private SqliteConnection Connect(string? home = null)
    {
        SqliteLedger.InitializeNative();
        var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(home ?? _home.Path)};Pooling=False");
        connection.Open();
        return connection;
    }
}
