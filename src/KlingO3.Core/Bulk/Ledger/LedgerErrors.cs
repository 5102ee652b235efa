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

    public static bool IsStorage(Exception error) =>
        error is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException;

    private static KlingException New(string path, string what, string action, Exception? cause) =>
        new(KlingErrorId.LedgerUnavailable, $"The ledger '{path}' {what}. Nothing more is created without it.", action, cause);
}
