namespace KlingO3.Bulk;

/// <summary>Where the ledger lies: <c>KLINGO3_HOME</c>, else the user's local application data. Readable by its owner alone.</summary>
internal static class LedgerLocation
{
    public const string HomeVariable = "KLINGO3_HOME";
    /// <summary>Ends the name of the write-ahead log beside a database.</summary>
    public const string LogSuffix = "-wal";

    private const string FileName = "ledger.db";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The folder of the ledger.</summary>
    /// <param name="given">A folder given by the caller, which wins.</param>
    public static string Home(string? given)
    {
        var home = given ?? Environment.GetEnvironmentVariable(HomeVariable);
        if (!string.IsNullOrWhiteSpace(home))
        {
            return Path.GetFullPath(home);
        }

        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0
            ? Path.Combine(data, "KlingO3")
            : throw LedgerErrors.From(new IOException("this account has no local application data folder"), $"({HomeVariable} is not set)");
    }

    /// <summary>The path of the ledger's file in its folder.</summary>
    public static string FileIn(string home) => Path.Combine(home, FileName);

    /// <summary>Makes the folder and an empty file, so that neither is ever readable by others. What is there stays as it is.</summary>
    /// <exception cref="KlingException">
    /// KlingLedgerUnavailable: there are rows in a -wal file, and no database that they belong to; or a file of the ledger is another user's.
    /// </exception>
    public static void Prepare(string home)
    {
        MakeFolder(home);
        LedgerFolder.RequireOwn(home);
        var file = FileIn(home);

        // In this order: another process that makes the ledger at this moment writes to the database before there is a -wal file.
        var hasLog = new FileInfo(file + LogSuffix) is { Exists: true, Length: > 0 };
        if (hasLog && new FileInfo(file) is not { Exists: true, Length: > 0 })
        {
            throw LedgerErrors.WithoutDatabase(file);
        }

        if (File.Exists(file))
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        new FileStream(file, options).Dispose();
    }

    /// <summary>Makes a folder that only its owner can enter.</summary>
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
