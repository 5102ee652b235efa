using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KlingO3.Bulk;

/// <summary>Whether the file of an open database still has its name. POSIX systems let anyone move, replace or delete an open file.</summary>
internal static class LedgerFile
{
    /// <summary>SQLITE_FCNTL_HAS_MOVED: https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html</summary>
    private const int HasMovedControl = 20;

    /// <summary>
    /// Whether the database was moved, replaced or deleted since it was opened. Windows allows none of these while SQLite has it open, and
    /// SQLite does not answer the question there.
    /// </summary>
    public static bool HasMoved(SqliteConnection connection)
    {
        var moved = 0;
        return sqlite3_file_control(connection.Handle!, 0, HasMovedControl, ref moved) == raw.SQLITE_OK && moved != 0;
    }

    // SQLitePCLRaw has no binding for it. The database's name is null for the main one.
    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern int sqlite3_file_control(SafeHandle database, nint name, int operation, ref int argument);
}
