using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <summary>
/// The ledger in a SQLite file (WAL) that all processes of a user share. Two connections: one whose commits reach the disk before
/// they return (intents and ids: the two that matter), one that leaves that to the next checkpoint.
/// </summary>
internal sealed partial class SqliteLedger : ILedger
{
    private const int BusyMilliseconds = 15_000;
    private static readonly object NativeLock = new();
    private static bool _nativeReady;

    private readonly string _path;
    private string _account;
    private readonly TimeProvider _time;
    private readonly ProcessOwner _owner;
    private readonly SqliteConnection _durable;
    private readonly SqliteConnection _ordinary;

    private SqliteLedger(string path, string account, ProcessOwner owner, TimeProvider time)
    {
        (_path, _account, _owner, _time) = (path, account, owner, time);
        _durable = Connect(path, "FULL");
        _ordinary = Connect(path, "NORMAL");
    }

    /// <summary>Opens the ledger, and makes it if it is not there.</summary>
    /// <param name="home">A folder that wins over the environment; null for that.</param>
    /// <param name="account">The id of the account whose rows this is about, which is added if it is new; null until <see cref="Bind"/> names it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="KlingException">KlingLedgerUnavailable.</exception>
    public static SqliteLedger Open(string? home, string? account, TimeProvider time)
    {
        home = LedgerLocation.Home(home);
        var path = LedgerLocation.FileIn(home);
        ProcessOwner? owner = null;
        SqliteLedger? ledger = null;
        try
        {
            InitializeNative();
            LedgerLocation.Prepare(home);
            owner = new ProcessOwner(home);
            ledger = new SqliteLedger(path, account ?? "", owner, time);
            LedgerSchema.Upgrade(ledger._durable, path);
            if (account is not null)
            {
                AccountTable.Register(ledger._durable, account);
            }

            return ledger;
        }
        catch (Exception error)
        {
            if (ledger is null)
            {
                owner?.Dispose();
            }

            ledger?.Dispose();
            if (LedgerErrors.IsStorage(error))
            {
                throw LedgerErrors.From(error, path);
            }

            throw;
        }
    }

    public void Dispose()
    {
        lock (_durable)
        {
            _durable.Dispose();
        }

        lock (_ordinary)
        {
            _ordinary.Dispose();
        }

        _owner.Dispose();
    }

    /// <summary>Readies the native library. Cheap after the first time.</summary>
    internal static void InitializeNative()
    {
        lock (NativeLock)
        {
            if (!_nativeReady)
            {
                SQLitePCL.Batteries_V2.Init();
                _nativeReady = true;
            }
        }
    }

    private static SqliteConnection Connect(string path, string synchronous)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = BusyMilliseconds / 1000 };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {BusyMilliseconds}");
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute($"PRAGMA synchronous = {synchronous}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>One atomic change whose commit is on the disk when this returns.</summary>
    private T Durably<T>(Func<SqliteConnection, T> change) => Run(_durable, change, write: true);

    /// <summary>One atomic change that a power cut, but not a crash of the process, may undo.</summary>
    private T Quickly<T>(Func<SqliteConnection, T> change) => Run(_ordinary, change, write: true);

    private T Read<T>(Func<SqliteConnection, T> read) => Run(_ordinary, read, write: false);

    private T Run<T>(SqliteConnection connection, Func<SqliteConnection, T> work, bool write)
    {
        try
        {
            lock (connection)
            {
                if (!write)
                {
                    return work(connection);
                }

                // Not deferred: a read that later turns into a write can fail as busy without being waited for.
                using var transaction = connection.BeginTransaction(deferred: false);
                var result = work(connection);
                transaction.Commit();
                return result;
            }
        }
        catch (Exception error) when (LedgerErrors.IsStorage(error) || error is ObjectDisposedException or InvalidOperationException)
        {
            throw LedgerErrors.From(error, _path);
        }
    }
}
