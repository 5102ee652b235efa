namespace KlingO3.Bulk;

/// <summary>
/// This process, as the ledger's rows name it: a file that the process holds locked. The system drops the lock however the process
/// dies, so whether an owner lives needs no process id that another process, container or boot may have taken over.
/// </summary>
internal sealed class ProcessOwner : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _lock;

    public ProcessOwner(string home)
    {
        _folder = FolderIn(home);
        LedgerLocation.MakeFolder(_folder);
        Id = Guid.NewGuid().ToString("N");
        _lock = Open(FileOf(Id), FileMode.CreateNew);
        if (!IsLocked())
        {
            // Every process would take every other for dead, and send its rows again.
            Dispose();
            throw new IOException("files cannot be locked there (a network share?), so several processes could not be told apart");
        }
    }

    /// <summary>Where the processes of a ledger have their files.</summary>
    public static string FolderIn(string home) => Path.Combine(home, "owners");

    /// <summary>The name that this process's rows carry.</summary>
    public string Id { get; }

    /// <summary>Whether the process behind a row still runs. The file of a dead one is removed.</summary>
    public bool IsAlive(string owner)
    {
        if (owner == Id)
        {
            return true;
        }

        try
        {
            Open(FileOf(owner), FileMode.Open).Dispose();
            File.Delete(FileOf(owner));
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            // Locked: it lives.
            return true;
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        try
        {
            File.Delete(FileOf(Id));
        }
        catch (IOException)
        {
            // A file that stays behind is removed by whoever looks for its owner.
        }
    }

    private bool IsLocked()
    {
        try
        {
            Open(FileOf(Id), FileMode.Open).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static FileStream Open(string file, FileMode mode) => new(file, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);

    private string FileOf(string owner) => Path.Combine(_folder, Path.GetFileName(owner) + ".lock");
}
