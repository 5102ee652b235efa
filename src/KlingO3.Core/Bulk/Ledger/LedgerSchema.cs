using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <summary>
/// The tables of the ledger, and the steps from each version to the next. A step that was ever released is never edited; the next
/// one is appended. Times are unix milliseconds by the local clock. The file says by its application_id that it is a ledger.
/// </summary>
internal static class LedgerSchema
{
    /// <summary>"KlO3" in ASCII.</summary>
    public const long ApplicationId = 0x4B6C4F33;

    /// <summary>The last version without an application_id: a ledger of it is known by its tables.</summary>
    private const int LastUnmarked = 7;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE predictions (
            row            INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number that was withdrawn never means another row
            account        TEXT NOT NULL,
            batch          TEXT,
            key            TEXT,              -- the row's key within its batch
            retired        INTEGER NOT NULL DEFAULT 0,  -- a failed row that was created anew: its key is free
            name           TEXT,
            model          TEXT,
            input          TEXT,              -- JSON, as sent
            input_hash     TEXT,
            id             TEXT,              -- the service's; null until it is known
            status         TEXT NOT NULL,
            in_flight      INTEGER NOT NULL,  -- holds a slot
            owner          TEXT,              -- the process that sends or settles it
            sent_at        INTEGER,
            lost_at        INTEGER,           -- when its answer was given up
            service_ahead  INTEGER,           -- milliseconds
            created_at     INTEGER,
            completed_at   INTEGER,
            outputs        TEXT,              -- JSON array of URLs
            error_code     TEXT,
            error_message  TEXT,
            retryable      INTEGER,
            classification TEXT,
            logs           TEXT,
            predict_time   REAL,              -- seconds
            cost           TEXT               -- USD
        );
        CREATE UNIQUE INDEX predictions_key ON predictions (account, batch, key) WHERE key IS NOT NULL AND retired = 0;
        CREATE UNIQUE INDEX predictions_id ON predictions (account, id) WHERE id IS NOT NULL;
        CREATE INDEX predictions_in_flight ON predictions (account) WHERE in_flight = 1;
        CREATE INDEX predictions_owned ON predictions (account) WHERE owner IS NOT NULL;

        -- Every create that was sent in the last minutes, answered or not.
        CREATE TABLE sends (account TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX sends_at ON sends (account, at);

        CREATE TABLE accounts (
            account      TEXT PRIMARY KEY,
            paused_until INTEGER NOT NULL DEFAULT 0,
            pause_reason TEXT,
            refusals     INTEGER NOT NULL DEFAULT 0  -- 429s in a row
        );

        CREATE TABLE files (
            account  TEXT NOT NULL,
            id       TEXT NOT NULL,
            output   INTEGER NOT NULL,  -- which of the prediction's outputs, from 0
            path     TEXT NOT NULL,
            length   INTEGER NOT NULL,
            saved_at INTEGER NOT NULL,
            PRIMARY KEY (account, id, output, path)
        ) WITHOUT ROWID;
        """,
        """
        -- Local files that were uploaded, by their content.
        CREATE TABLE uploads (
            account      TEXT NOT NULL,
            sha256       TEXT NOT NULL,
            content_type TEXT NOT NULL,
            url          TEXT,              -- null until it was uploaded once
            expires_at   INTEGER,
            uploaded_at  INTEGER,
            owner        TEXT,              -- the process that uploads it now
            PRIMARY KEY (account, sha256, content_type)
        ) WITHOUT ROWID;
        """,

        // The predictions whose webhook was taken: its repeats are dropped.
        """
        CREATE TABLE webhooks (
            account  TEXT NOT NULL,
            id       TEXT NOT NULL,
            heard_at INTEGER NOT NULL,
            PRIMARY KEY (account, id)
        ) WITHOUT ROWID;
        """,

        // What a lost answer proves, and an unknown clock that is not a clock that is right.
        """
        ALTER TABLE predictions ADD COLUMN lost_reason TEXT;                        -- null where the process died
        ALTER TABLE predictions ADD COLUMN lost_ids TEXT;                           -- JSON array: the ids that the lost answer named
        ALTER TABLE predictions ADD COLUMN lost_count INTEGER NOT NULL DEFAULT 0;   -- how often it was sent and not answered
        UPDATE predictions SET service_ahead = NULL WHERE service_ahead = 0;
        CREATE INDEX predictions_unresolved ON predictions (account, input_hash) WHERE id IS NULL;
        """,

        // What rows cost and are estimated to cost, in the transaction that reserves them.
        """
        ALTER TABLE predictions ADD COLUMN price_class TEXT;   -- equal for rows that cost the same
        ALTER TABLE predictions ADD COLUMN estimate TEXT;      -- USD, when it was reserved
        ALTER TABLE predictions ADD COLUMN cost_run TEXT;      -- the run whose cost is limited, where there is no batch
        CREATE INDEX predictions_priced ON predictions (account, price_class) WHERE cost IS NOT NULL;
        CREATE INDEX predictions_retired ON predictions (account, batch) WHERE retired = 1;
        CREATE INDEX predictions_cost_run ON predictions (account, cost_run) WHERE cost_run IS NOT NULL;
        """,

        // Until here an account was the hash of one key. From here on it is an organisation at one host, and the hashes are its keys.
        """
        ALTER TABLE accounts ADD COLUMN host TEXT;      -- null where it is not known: it may be any
        ALTER TABLE accounts ADD COLUMN name TEXT;      -- as it was given
        ALTER TABLE accounts ADD COLUMN name_key TEXT;  -- as it is compared
        ALTER TABLE accounts ADD COLUMN added_at INTEGER;
        CREATE UNIQUE INDEX accounts_name ON accounts (host, name_key) WHERE name_key IS NOT NULL;

        CREATE TABLE account_keys (
            key_hash TEXT PRIMARY KEY,  -- of host and key, never the key
            host     TEXT,
            account  TEXT NOT NULL,
            added_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        INSERT OR IGNORE INTO accounts (account)
            SELECT account FROM predictions UNION SELECT account FROM sends UNION SELECT account FROM files
            UNION SELECT account FROM uploads UNION SELECT account FROM webhooks;
        INSERT INTO account_keys (key_hash, host, account, added_at) SELECT account, NULL, account, 0 FROM accounts;
        """,

        // Rows are known as people mean them. Processes that opened the ledger before this step make keys of version 1 still; a row of theirs
        // could be one that has a newer key, and be paid for again, so none is taken any more.
        """
        ALTER TABLE predictions ADD COLUMN batch_key TEXT;  -- the batch, folded; null too where an earlier build wrote the batch of a watched prediction
        ALTER TABLE predictions ADD COLUMN key_version INTEGER NOT NULL DEFAULT 1;
        UPDATE predictions SET batch_key = fold(batch) WHERE batch IS NOT NULL;
        DROP INDEX predictions_key;
        CREATE UNIQUE INDEX predictions_key ON predictions (account, batch_key, key) WHERE key IS NOT NULL AND retired = 0 AND key_version = 2;
        CREATE INDEX predictions_batch ON predictions (account, batch_key, key_version) WHERE key IS NOT NULL AND retired = 0;
        DROP INDEX predictions_retired;
        CREATE INDEX predictions_retired ON predictions (account, batch_key) WHERE retired = 1;
        CREATE TRIGGER predictions_no_older_keys BEFORE INSERT ON predictions WHEN new.key IS NOT NULL AND new.key_version < 2
        BEGIN
            SELECT raise(ABORT, 'a newer version of KlingO3 has upgraded the ledger: run the same line again in a new PowerShell session');
        END;
        """,

        // States get words of the ledger's own; those of the first versions were the names of enum members.
        """
        UPDATE predictions SET status = CASE status
            WHEN 'Submitting' THEN 'submitting'
            WHEN 'Created'    THEN 'created'
            WHEN 'Starting'   THEN 'starting'
            WHEN 'Processing' THEN 'processing'
            WHEN 'Success'    THEN 'success'
            WHEN 'Error'      THEN 'error'
            WHEN 'Cancelled'  THEN 'cancelled'
            WHEN 'Unknown'    THEN 'unknown'
            ELSE status END;

        -- Processes that opened the ledger before this step write the names still, which are these words but for the case of one letter.
        CREATE TRIGGER predictions_older_words AFTER UPDATE OF status ON predictions WHEN new.status <> lower(new.status)
        BEGIN
            UPDATE predictions SET status = lower(new.status) WHERE row = new.row;
        END;
        CREATE TRIGGER predictions_older_words_of_new AFTER INSERT ON predictions WHEN new.status <> lower(new.status)
        BEGIN
            UPDATE predictions SET status = lower(new.status) WHERE row = new.row;
        END;
        CREATE INDEX files_path ON files (path);  -- a path holds one video
        """,
    ];

    /// <summary>Brings a database to the newest version. What is not a ledger, or is one of a newer version, is refused and left as it is.</summary>
    public static void Upgrade(SqliteConnection connection, string path) => Upgrade(connection, path, Steps.Length);

    /// <summary>Brings a database to a version, as the build of that version did.</summary>
    internal static void Upgrade(SqliteConnection connection, string path, int target)
    {
        if (Version(connection, path) == target)
        {
            return;
        }

        connection.Folding();
        using var transaction = connection.BeginTransaction(deferred: false);
        for (var version = Version(connection, path); version < target; version++)
        {
            connection.Execute(Steps[version]);
        }

        if (target > LastUnmarked)
        {
            connection.Execute($"PRAGMA application_id = {ApplicationId}");
        }

        connection.Execute($"PRAGMA user_version = {target}");
        transaction.Commit();
    }

    /// <summary>The version of a ledger; 0 for an empty database.</summary>
    /// <exception cref="KlingException">KlingLedgerUnavailable: it is not a ledger, or one of a newer version.</exception>
    public static int Version(SqliteConnection connection, string path)
    {
        var (mark, version, objects) = Header(connection);
        return (mark, version) switch
        {
            (0, 0) when objects == 0 => 0,
            (0, >= 1 and <= LastUnmarked) when HasTables(connection) => (int)version,
            (ApplicationId, >= 1) when version <= Steps.Length && objects > 0 => (int)version,
            (ApplicationId, >= 1) when objects > 0 => throw LedgerErrors.NewerSchema(path, version),
            (ApplicationId, _) => throw LedgerErrors.BrokenHeader(path, version),
            _ => throw LedgerErrors.Foreign(path, mark, version),
        };
    }

    /// <summary>Fails where an open ledger is not the one any more that was opened: its file was overwritten, or a newer version upgraded it.</summary>
    /// <exception cref="KlingException">KlingLedgerUnavailable.</exception>
    public static void RequireCurrent(SqliteConnection connection, string path)
    {
        var (mark, version, _) = Header(connection);
        if (mark != ApplicationId || version != Steps.Length)
        {
            throw mark == ApplicationId && version > Steps.Length ? LedgerErrors.NewerSchema(path, version) : LedgerErrors.Moved(path);
        }
    }

    /// <summary>One statement, so that all of it is of one moment: another process may be making the ledger.</summary>
    private static (long Mark, long Version, long Objects) Header(SqliteConnection connection) => connection.Query(
        "SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id a, pragma_user_version v",
        reader => (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2))).Single();

    private static bool HasTables(SqliteConnection connection) => connection.Scalar<long>(
        """
        SELECT (SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('predictions', 'sends', 'accounts', 'files')) = 4
           AND (SELECT count(*) FROM pragma_table_info('predictions')
                WHERE name IN ('account', 'batch', 'key', 'retired', 'input_hash', 'in_flight', 'owner', 'sent_at', 'service_ahead')) = 9
        """) == 1;
}
