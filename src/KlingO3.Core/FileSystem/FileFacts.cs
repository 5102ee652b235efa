using Microsoft.Win32.SafeHandles;

namespace KlingO3.FileSystem;

/// <summary>What kind of file is under a name.</summary>
internal enum FileKind
{
    /// <summary>The system does not say.</summary>
    Unknown,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket or a device.</summary>
    Special,
}

/// <summary>What the file system says of a file; .NET does not tell owners, links and pipes.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Owner">The user id of its owner; 0 on Windows.</param>
/// <param name="Links">How many names (hard links) it has.</param>
/// <param name="Mode">Its permissions; none on Windows.</param>
/// <param name="Device">The file system that it is on.</param>
/// <param name="Inode">Its number there.</param>
internal readonly record struct FileFacts(FileKind Kind, uint Owner, ulong Links, UnixFileMode Mode, ulong Device, ulong Inode)
{
    private const uint TypeMask = 0xF000;
    private const uint PermissionMask = 0xFFF;

    /// <summary>The user id that this process makes files with; 0 on Windows.</summary>
    public static uint CurrentUser { get; } = OperatingSystem.IsWindows() ? 0 : UnixFile.GetUser();

    /// <summary>The facts of what has a name, not of what a link leads to; null where nothing has it.</summary>
    public static FileFacts? At(string path) =>
        OperatingSystem.IsLinux() ? LinuxFile.At(path) : OperatingSystem.IsMacOS() ? MacFile.At(path) : WindowsFile.At(path);

    /// <summary>The facts of an open file.</summary>
    public static FileFacts Of(SafeFileHandle file) =>
        OperatingSystem.IsLinux() ? LinuxFile.Of(file) : OperatingSystem.IsMacOS() ? MacFile.Of(file) : WindowsFile.Of(file);

    /// <summary>Whether both are of one file. Windows names no file without opening it: there the answer is always yes.</summary>
    public bool IsSameFile(FileFacts other) => OperatingSystem.IsWindows() || (Device, Inode) == (other.Device, other.Inode);

    /// <summary>From the fields of a Unix file system.</summary>
    public static FileFacts FromUnix(uint mode, uint owner, ulong links, ulong device, ulong inode)
    {
        var kind = (mode & TypeMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.Link,
            _ => FileKind.Special,
        };
        return new FileFacts(kind, owner, links, (UnixFileMode)(mode & PermissionMask), device, inode);
    }
}
