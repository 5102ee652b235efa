using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KlingO3.FileSystem;

/// <summary>Windows: what .NET tells of a name, and the number of names of an open file. Owners are left to the folder's access list.</summary>
internal static class WindowsFile
{
    public static FileFacts? At(string path)
    {
        var file = new FileInfo(path);
        var kind = file.LinkTarget is not null ? FileKind.Link : file.Exists ? FileKind.Regular : Directory.Exists(path) ? FileKind.Directory : FileKind.Unknown;
        return kind == FileKind.Unknown ? null : new FileFacts(kind, 0, 1, default, 0, 0);
    }

    public static FileFacts Of(SafeFileHandle file) => new(
        FileKind.Regular, 0, OperatingSystem.IsWindows() && GetFileInformation(file, out var facts) ? facts.Links : 1, default, 0, 0);

    [DllImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetFileInformation(SafeFileHandle file, out FileInformation facts);

    /// <summary>BY_HANDLE_FILE_INFORMATION.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 52)]
    private struct FileInformation
    {
        [FieldOffset(40)]
        public uint Links;
    }
}
