using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <summary>
/// What the ledger has to offer to somebody who types a command: batches, names, ids. It is opened for reading only, is never made, and nobody
/// is waited for; where it cannot be read, or an earlier build wrote it, there is nothing to offer.
/// </summary>
public sealed class LedgerHints
{
    // Names of rows older than these are not worth the time between two keys.
    private const int RowsLookedThrough = 20_000;
    private const int Most = 100;

    private readonly string? _home;
    private readonly Func<SqliteConnection, LedgerAccount?> _account;

    internal LedgerHints(string? home, string account)
        : this(home, _ => new LedgerAccount(account, null))
    {
    }

    private LedgerHints(string? home, Func<SqliteConnection, LedgerAccount?> account) => (_home, _account) = (home, account);

    /// <summary>The hints for an account. Opens nothing yet.</summary>
    /// <param name="options">The account.</param>
    public static LedgerHints Of(ConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = options.ToAccountKey();
        return new LedgerHints(options.Home, sql => AccountTable.Peek(sql, key));
    }

    /// <summary>The account's name, else its id; null where the ledger does not know the key.</summary>
    internal string? Account => Look("SELECT 1", (_, account) => account.Label).FirstOrDefault();

    /// <summary>The batches, the one with the newest row first; at most 100.</summary>
    /// <param name="matches">Which are wanted.</param>
    public IReadOnlyList<BatchHint> Batches(Predicate<string> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return Look(
            """
            SELECT o.batch, b.rows, n.sent_at,
                   (SELECT count(*) FROM predictions f WHERE f.account = $account AND f.in_flight = 1 AND f.batch_key = b.batch_key)
            FROM (SELECT batch_key, count(*) AS rows, min(row) AS oldest, max(row) AS newest FROM predictions
                  WHERE account = $account AND key IS NOT NULL AND retired = 0 GROUP BY batch_key) b
            JOIN predictions o ON o.row = b.oldest JOIN predictions n ON n.row = b.newest ORDER BY b.newest DESC
            """,
            reader => matches(reader.GetString(0)) ? new BatchHint(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(3), reader.Time(2)) : null);
    }

    /// <summary>The names of rows, the newest first; at most 100.</summary>
    /// <param name="batch">Only of this batch; null for any.</param>
    /// <param name="matches">Which are wanted.</param>
    public IReadOnlyList<string> Names(string? batch, Predicate<string> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        var seen = new HashSet<string>();
        return Look(
            """
            SELECT name FROM predictions
            WHERE account = $account AND retired = 0 AND name IS NOT NULL AND ($batch IS NULL OR batch_key = $batch)
              AND row > (SELECT max(row) FROM predictions) - $rows
            ORDER BY row DESC
            """,
            reader => matches(reader.GetString(0)) && seen.Add(NameFolding.Fold(reader.GetString(0))) ? reader.GetString(0) : null,
            ("$batch", batch is null ? null : NameFolding.Fold(batch)),
            ("$rows", RowsLookedThrough));
    }

    /// <summary>The predictions that run, as far as the ledger knows, the newest first; at most 100. Id, Name, Batch, Status, Input and CreatedAt are known.</summary>
    /// <param name="matches">The ids that are wanted.</param>
    public IReadOnlyList<KlingPrediction> Running(Predicate<string> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return Look(
            $"SELECT {LedgerRows.Columns} FROM predictions p WHERE p.account = $account AND p.in_flight = 1 AND p.id IS NOT NULL ORDER BY p.row DESC",
            reader => matches(reader.GetString(1)) ? LedgerRows.Read(reader).Prediction : null);
    }

    private List<T> Look<T>(string sql, Func<SqliteDataReader, T?> read, params (string Name, object? Value)[] parameters)
        where T : class => Look(sql, (reader, _) => read(reader), parameters);

    private List<T> Look<T>(string sql, Func<SqliteDataReader, LedgerAccount, T?> read, params (string Name, object? Value)[] parameters)
        where T : class
    {
        try
        {
            var path = LedgerLocation.FileIn(LedgerLocation.Home(_home));
            if (!File.Exists(path))
            {
                return [];
            }

            LedgerFolder.RequireOwn(Path.GetDirectoryName(path)!);

            SqliteLedger.InitializeNative();
            var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 };
            using var connection = new SqliteConnection(settings.ConnectionString);
            connection.Open();
            return _account(connection) is { } account
                ? [.. connection.Rows(sql, reader => read(reader, account), [("$account", account.Id), .. parameters]).OfType<T>().Take(Most)]
                : [];
        }
        catch (Exception error) when (LedgerErrors.IsStorage(error) || error is KlingException or InvalidOperationException or FormatException)
        {
            return [];
        }
    }
}

/// <summary>A batch that the ledger has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Running">How many of them run.</param>
/// <param name="Newest">When the newest of them was sent, by the local clock; null where that is not known.</param>
public sealed record BatchHint(string Name, int Rows, int Running, DateTimeOffset? Newest);
