using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <summary>The statements about accounts and their keys. Each runs within its caller's transaction.</summary>
internal static class AccountTable
{
    private const int ProofsEach = 3;

    /// <summary>The account that a connection would use, as far as that is known. Changes nothing; a ledger of an earlier version is read too.</summary>
    public static LedgerAccount? Peek(SqliteConnection sql, AccountKey key)
    {
        if (sql.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE name = 'account_keys'") == 0)
        {
            return sql.Query(
                "SELECT account FROM predictions WHERE account IN ($hash0, $hash1, $hash2) ORDER BY row DESC LIMIT 1",
                reader => new LedgerAccount(reader.GetString(0), null),
                Hashes(key)).FirstOrDefault();
        }

        var own = FindByKey(sql, key);
        return key.Name is null ? own : FindByName(sql, key) ?? (own is { Name: null } ? own with { Name = key.Name } : null);
    }

    /// <summary>The account of a key. Where spellings of the host led to several, the one that was used last.</summary>
    public static LedgerAccount? FindByKey(SqliteConnection sql, AccountKey key)
    {
        var found = sql.Query(
            "SELECT DISTINCT a.account, a.name FROM account_keys k JOIN accounts a ON a.account = k.account WHERE k.key_hash IN ($hash0, $hash1, $hash2)",
            ReadAccount,
            Hashes(key));
        return found.Count < 2 ? found.FirstOrDefault() : found.MaxBy(account => Newest(sql, account.Id));
    }

    /// <summary>The account of the host that has the name, or else the id, that the user gave.</summary>
    public static LedgerAccount? FindByName(SqliteConnection sql, AccountKey key) => sql.Query(
        $"""
        SELECT account, name FROM accounts
        WHERE (host = $host AND name_key = $name_key)
            OR (substr(account, 1, {LedgerAccount.ShownLength}) = $name COLLATE NOCASE AND (host = $host OR host IS NULL))
        ORDER BY name_key = $name_key DESC LIMIT 1
        """,
        ReadAccount,
        ("$host", key.Host),
        ("$name", key.Name),
        ("$name_key", key.NameKey)).FirstOrDefault();

    /// <summary>Whether anything was ever created, or intended, by an account. One that has no rows owns nothing that could be paid again.</summary>
    public static bool HasRows(SqliteConnection sql, string account) =>
        Any(sql, account, "AND id IS NOT NULL") || Any(sql, account, "");

    /// <summary>Adds an account for a key of the host.</summary>
    public static LedgerAccount Insert(SqliteConnection sql, AccountKey key, long now)
    {
        var account = new LedgerAccount(Guid.NewGuid().ToString("N")[..12], key.Name);
        sql.Execute(
            "INSERT INTO accounts (account, host, name, name_key, added_at) VALUES ($account, $host, $name, $name_key, $now)",
            ("$account", account.Id), ("$host", key.Host), ("$name", key.Name), ("$name_key", key.NameKey), ("$now", now));
        return account;
    }

    /// <summary>Gives an account the name that the user gave with its key.</summary>
    public static LedgerAccount Rename(SqliteConnection sql, LedgerAccount account, AccountKey key)
    {
        sql.Execute(
            "UPDATE accounts SET host = $host, name = $name, name_key = $name_key WHERE account = $account",
            ("$account", account.Id), ("$host", key.Host), ("$name", key.Name), ("$name_key", key.NameKey));
        return account with { Name = key.Name };
    }

    /// <summary>Makes a key an alias of an account, whose host is thereby known.</summary>
    public static void Alias(SqliteConnection sql, AccountKey key, LedgerAccount account, long now)
    {
        sql.Execute(
            """
            INSERT INTO account_keys (key_hash, host, account, added_at) VALUES ($hash, $host, $account, $now)
            ON CONFLICT (key_hash) DO UPDATE SET host = excluded.host, account = excluded.account
            WHERE host IS NOT excluded.host OR account <> excluded.account
            """,
            ("$hash", key.Hash), ("$host", key.Host), ("$account", account.Id), ("$now", now));
        KnowHost(sql, key, account);
    }

    /// <summary>An account that is used at a host is of that host.</summary>
    public static void KnowHost(SqliteConnection sql, AccountKey key, LedgerAccount account) =>
        sql.Execute("UPDATE accounts SET host = $host WHERE account = $account AND host IS NULL", ("$host", key.Host), ("$account", account.Id));

    /// <summary>
    /// Gives an account all that was written under the key's other spellings of the host: they are one account. What it has itself stays as it is.
    /// </summary>
    public static void MergeSpellings(SqliteConnection sql, AccountKey key, LedgerAccount account)
    {
        var others = sql.Query(
            """
            SELECT DISTINCT k.account FROM account_keys k JOIN accounts a ON a.account = k.account
            WHERE k.key_hash IN ($hash0, $hash1, $hash2) AND k.account <> $account AND a.name IS NULL
            """,
            reader => reader.GetString(0),
            [.. Hashes(key), ("$account", account.Id)]);
        foreach (var other in others)
        {
            foreach (var table in (string[])["predictions", "sends", "files", "uploads", "webhooks", "account_keys"])
            {
                sql.Execute($"UPDATE OR IGNORE {table} SET account = $account WHERE account = $other", ("$account", account.Id), ("$other", other));
            }
        }
    }

    /// <summary>Registers an account by the hash of its only key, as the migration does it for ledgers of earlier versions.</summary>
    public static void Register(SqliteConnection sql, string hash)
    {
        sql.Execute("INSERT OR IGNORE INTO accounts (account) VALUES ($hash)", ("$hash", hash));
        sql.Execute("INSERT OR IGNORE INTO account_keys (key_hash, account, added_at) VALUES ($hash, $hash, 0)", ("$hash", hash));
    }

    /// <summary>The accounts of the host, but for one, that have rows; the most recently used first.</summary>
    public static List<AccountCandidate> Others(SqliteConnection sql, AccountKey key, LedgerAccount? own, int most)
    {
        var accounts = sql.Query(
            """
            SELECT a.account, a.name FROM (SELECT account, max(row) AS newest FROM predictions GROUP BY account) p
            JOIN accounts a ON a.account = p.account
            WHERE (a.host = $host OR a.host IS NULL) AND a.account IS NOT $own
            ORDER BY p.newest DESC LIMIT $most
            """,
            ReadAccount,
            ("$host", key.Host),
            ("$own", own?.Id),
            ("$most", most));
        return accounts.ConvertAll(account => new AccountCandidate(account, Proofs(sql, account.Id), Batch(sql, account.Id)));
    }

    /// <summary>The other account of the host of an account that has rows of a batch of which that one has none.</summary>
    public static ForeignBatch? BatchElsewhere(SqliteConnection sql, string account, string batch) => sql.Query(
        """
        SELECT a.account, a.name, count(*)
        FROM accounts a JOIN predictions p ON p.account = a.account
        WHERE a.account <> $account AND p.key IS NOT NULL AND p.retired = 0 AND p.batch_key = $batch
            AND (a.host IS NULL OR a.host = (SELECT host FROM accounts WHERE account = $account))
            AND NOT EXISTS (SELECT 1 FROM predictions m WHERE m.account = $account AND m.key IS NOT NULL AND m.retired = 0 AND m.batch_key = $batch)
        GROUP BY a.account ORDER BY max(p.row) DESC LIMIT 1
        """,
        reader => new ForeignBatch(ReadAccount(reader), reader.GetInt64(2)),
        ("$account", account),
        ("$batch", NameFolding.Fold(batch))).FirstOrDefault();

    // One that the service did not know any more has neither a slot nor an end; it proves nothing while there are others.
    private static List<string> Proofs(SqliteConnection sql, string account) => sql.Query(
        """
        SELECT id FROM predictions WHERE account = $account AND id IS NOT NULL
        ORDER BY (in_flight = 0 AND completed_at IS NULL), row DESC LIMIT $most
        """,
        reader => reader.GetString(0),
        ("$account", account),
        ("$most", ProofsEach));

    private static string? Batch(SqliteConnection sql, string account) => sql.Scalar<string>(
        "SELECT batch FROM predictions WHERE account = $account AND batch IS NOT NULL ORDER BY row DESC LIMIT 1", ("$account", account));

    private static bool Any(SqliteConnection sql, string account, string condition) =>
        sql.Scalar<long>($"SELECT EXISTS (SELECT 1 FROM predictions WHERE account = $account {condition})", ("$account", account)) > 0;

    private static long Newest(SqliteConnection sql, string account) =>
        sql.Scalar<long>("SELECT max(row) FROM predictions WHERE account = $account", ("$account", account));

    private static LedgerAccount ReadAccount(SqliteDataReader reader) => new(reader.GetString(0), reader.Text(1));

    // A host has at most three spellings.
    private static (string, object?)[] Hashes(AccountKey key) =>
        [("$hash0", key.Hashes[0]), ("$hash1", key.Hashes.ElementAtOrDefault(1)), ("$hash2", key.Hashes.ElementAtOrDefault(2))];
}
