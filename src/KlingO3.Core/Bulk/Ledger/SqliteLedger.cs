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

    /// <summary>Whether there is a write-ahead log, which then stays until the last connection is closed.</summary>
    private bool _hasLog;

    private SqliteLedger(string path, string account, ProcessOwner owner, TimeProvider time)
    {
        (_path, _account, _owner, _time) = (path, account, owner, time);
        _durable = Connect(path, "FULL");
        try
        {
            _ordinary = Connect(path, "NORMAL");
        }
        catch
        {
            _durable.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string? Exposure => LedgerFolder.Exposure(Path.GetDirectoryName(_path)!);

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

            ledger._hasLog = File.Exists(path + LedgerLocation.LogSuffix);
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

            // Before anything is written to it: the file may be another program's.
            LedgerSchema.Version(connection, path);
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

    /// <summary>Fails where what is written to the open file would not be found by the next run.</summary>
    private bool RequireInPlace(SqliteConnection connection) =>
        LedgerFile.HasMoved(connection) || (_hasLog && !File.Exists(_path + LedgerLocation.LogSuffix)) ? throw LedgerErrors.Moved(_path) : true;

    /// <summary>Fails also where the ledger was upgraded by a newer version, or overwritten, since it was opened.</summary>
    private void RequireCurrent(SqliteConnection connection)
    {
        RequireInPlace(connection);
        LedgerSchema.RequireCurrent(connection, _path);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>One atomic change whose commit is on the disk when this returns.</summary>
    private T Durably<T>(Func<SqliteConnection, T> change) => Run(_durable, change, write: true);

    /// <summary>
    /// The same, and fails where the next run would not find it. It is written in any case, for the file may come back; but its caller must
    /// know.
    /// </summary>
    private T DurablyInPlace<T>(Func<SqliteConnection, T> change)
    {
        var result = Durably(change);
        Run(_durable, connection => RequireInPlace(connection), write: false);
        return result;
    }

    /// <summary>One atomic change that a power cut, but not a crash of the process, may undo.</summary>
    private T Quickly<T>(Func<SqliteConnection, T> change) => Run(_ordinary, change, write: true);

    private T Read<T>(Func<SqliteConnection, T> read) => Run(_ordinary, read, write: false);

    private T Run<T>(SqliteConnection connection, Func<SqliteConnection, T> work, bool write)
    {
        try
        {
            return RunAlone(connection, work, write);
        }
        catch (Exception error) when (LedgerErrors.IsStorage(error) || LedgerErrors.IsUnreadable(error) || error is ObjectDisposedException or InvalidOperationException)
        {
            throw LedgerErrors.From(error, _path);
        }
    }

    // A method of its own: in one method, the compiler puts the value of a filter with "or" where a lock keeps whether it is taken. The filter runs
    // before the lock is released, so an exception that it does not take leaves the lock taken for ever.
    private static T RunAlone<T>(SqliteConnection connection, Func<SqliteConnection, T> work, bool write)
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
}
