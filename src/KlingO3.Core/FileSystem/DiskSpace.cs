using System.Runtime.InteropServices;

namespace KlingO3.FileSystem;

/// <summary>The room of a disk, in bytes.</summary>
/// <param name="Available">What this user may still fill.</param>
/// <param name="Total">The size of the disk.</param>
internal readonly record struct DiskSpace(long Available, long Total)
{
    /// <summary>The room for files in a folder; null where the file system does not say.</summary>
    public static DiskSpace? In(string folder)
    {
        try
        {
            var space = OperatingSystem.IsWindows() ? OnWindows(folder) : OnUnix(folder);
            return space is { Total: > 0, Available: >= 0 } ? space : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static DiskSpace OnUnix(string folder)
    {
        var drive = new DriveInfo(folder);
        return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }

    // DriveInfo takes only letters there, and knows no folders that disks or shares are mounted on.
    private static DiskSpace? OnWindows(string folder) =>
        GetDiskFreeSpace(folder, out var available, out var total, out _) ? new DiskSpace((long)Math.Min(available, long.MaxValue), (long)Math.Min(total, long.MaxValue)) : null;

    [DllImport("kernel32", EntryPoint = "GetDiskFreeSpaceExW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetDiskFreeSpace(string folder, out ulong available, out ulong total, out ulong free);
}
