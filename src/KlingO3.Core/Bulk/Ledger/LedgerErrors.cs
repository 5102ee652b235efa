using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KlingO3.Bulk;

/// <summary>Why a ledger cannot be used, each reason with its way out. Without a ledger nothing is paid for.</summary>
internal static class LedgerErrors
{
    public static KlingException From(Exception error, string path)
    {
        var (what, action) = error switch
        {
            SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => (
                "is not a SQLite database",
                $"KlingO3 leaves it as it is. Move it away, or point the environment variable {LedgerLocation.HomeVariable} at another folder."),
            SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => (
                "is damaged",
                "KlingO3 leaves it as it is. Move it away together with its -wal and -shm files, keep it (the sqlite3 tool's .recover reads what is left), and check the each::labs dashboard before you run a batch of it again."),
            SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => (
                "cannot grow: the disk is full",
                $"Free some space, or point {LedgerLocation.HomeVariable} at another disk after moving the folder there. Then run the same command again."),
            SqliteException { SqliteErrorCode: raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH } => (
                "may not be written",
                $"Make the folder and the file writable for you, or point {LedgerLocation.HomeVariable} at a folder that is."),
            SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => (
                "is locked by another program",
                "Close the program that holds it (a database browser, a backup), then run the same command again."),
            SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_TRIGGER } => (
                $"takes no more rows of this session: {error.Message}",
                "Run the same line again in a new PowerShell session: what was created is not created again."),
            _ => (
                $"cannot be used: {error.Message}",
                $"Check the folder and its disk, or point {LedgerLocation.HomeVariable} at another folder."),
        };
        return New(path, what, action, error);
    }

    public static KlingException NewerSchema(string path, long version) => New(
        path,
        $"was written by a newer version of KlingO3 (schema {version})",
        $"Update the module (Update-PSResource KlingO3), or point {LedgerLocation.HomeVariable} at another folder.",
        null);

    /// <summary>A database of another program, or one that has tables of no version of KlingO3.</summary>
    public static KlingException Foreign(string path, long mark, long version) => New(
        path,
        FormattableString.Invariant($"is a SQLite database, but no ledger of KlingO3 (application_id {mark}, user_version {version})"),
        $"KlingO3 leaves it as it is. Move it away, or point the environment variable {LedgerLocation.HomeVariable} at another folder. If it was a ledger, put a backup of it in its place.",
        null);

    /// <summary>A ledger without tables, or with a version that none has.</summary>
    public static KlingException BrokenHeader(string path, long version) => New(
        path,
        FormattableString.Invariant($"is damaged: its version number {version} and its tables do not belong together"),
        "KlingO3 leaves it as it is. Put a backup of it in its place; or move it away together with its -wal and -shm files, keep it, and check the each::labs dashboard before you run a batch of it again.",
        null);

    /// <summary>Rows that were committed are in a -wal file whose database is gone. SQLite would delete them.</summary>
    public static KlingException WithoutDatabase(string path) => New(
        path,
        $"is missing or empty, but there are rows of it in '{path}-wal'",
        $"KlingO3 leaves both as they are. Put the file back from where it went. If it is lost, move the -wal and -shm files away, keep them, and check the each::labs dashboard before you run a batch of it again: KlingO3 would not know what was paid for.",
        null);

    /// <summary>What a ledger consists of was put into its folder by another user.</summary>
    public static KlingException Planted(string path, string problem) => New(
        path,
        $"{problem}: another user may have put it there",
        $"KlingO3 leaves it as it is. If it is yours, make it so again (chown). If not, move it away, keep it, and make the folder yours alone (chmod 700); or point {LedgerLocation.HomeVariable} at a folder that only you can write to.",
        null);

    /// <summary>Another file has its name, or none: what is written to the open one, no later run would find.</summary>
    public static KlingException Moved(string path) => New(
        path,
        "was moved, replaced or deleted while it was in use",
        "Put the file back together with its -wal and -shm files, then run Connect-Kling, or start a new session, and run the same line again. If it is lost, check the each::labs dashboard first: a new ledger does not know what was paid for.",
        null);

    /// <summary>What a list says of a row that could not be read whole.</summary>
    public static string Damaged(LedgerRow row) =>
        FormattableString.Invariant($"Row {row.Row} of the ledger ({row.Prediction}) is damaged: {row.Damage} cannot be read and is left out. Its prediction can still be waited for and saved by its id, if it has one.");

    /// <summary>A row was sent, and what became of it cannot be told, because it is damaged.</summary>
    public static KlingException DamagedIntent(LedgerRow row) => Unsettled(
        FormattableString.Invariant($"{SettleErrors.Describe(row)} was created: row {row.Row} of the ledger, which says that it was sent, is damaged ({row.Damage} cannot be read)"));

    /// <summary>A row of an earlier build, which cannot be compared, may be the row that is to be sent.</summary>
    public static KlingException DamagedOlder(OlderRow older, string? name) => Unsettled(
        FormattableString.Invariant($"{(name is null ? "this row" : $"'{name}'")} was created: row {older.Row} of the ledger, an earlier one of the same batch, is damaged and may be it"));

    /// <summary>What the ledger holds, or what was to be written, is not what the module expects.</summary>
    public static KlingException Unexpected(Exception error) => new(
        KlingErrorId.LedgerUnavailable,
        $"The ledger cannot be used: {error.Message} ({error.GetType().Name}). Nothing more is created without it.",
        $"Run the same command again. If the error stays, report it with the output of Get-Error; {LedgerLocation.HomeVariable} can point at another folder meanwhile.",
        error);

    public static bool IsStorage(Exception error) =>
        error is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException;

    /// <summary>What a value that no version has written can end in.</summary>
    public static bool IsUnreadable(Exception error) =>
        error is FormatException or OverflowException or ArgumentException or InvalidCastException or System.Text.Json.JsonException;

    private static KlingException Unsettled(string what) => new(
        KlingErrorId.CreateUnknown,
        $"It is not known whether {what}. It was not sent again, so nothing is paid twice.",
        "Look at the executions in the each::labs dashboard. If the job is there, leave the row, and fetch its video with Save-KlingVideo -Id. If it is not, -RetryUnknown sends the row, which is paid for.");

    private static KlingException New(string path, string what, string action, Exception? cause) =>
        new(
            KlingErrorId.LedgerUnavailable,
            $"The ledger '{path}' {what}. Nothing more is created without it.",
            action.Contains(LedgerLocation.HomeVariable, StringComparison.Ordinal) ? $"{action} A new ledger does not know what was paid for: add -Adopt to the line." : action,
            cause);
}
