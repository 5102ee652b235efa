using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KlingO3.FileSystem;

/// <summary>statx(2): the one call of Linux whose layout is the same on every processor and in every C library.</summary>
internal static class LinuxFile
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint TypeModeLinksOwnerInode = 0x10F;

    public static FileFacts? At(string path)
    {
        try
        {
            return Statx(CurrentFolder, path, NoFollow, TypeModeLinksOwnerInode, out var facts) == 0 ? From(facts) : UnixFile.Failed(path);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return UnixFile.Unanswered(path);
        }
    }

    public static FileFacts Of(SafeFileHandle file)
    {
        try
        {
            return Statx(file, "", EmptyPath, TypeModeLinksOwnerInode, out var facts) == 0 ? From(facts) : default;
        }
        catch (EntryPointNotFoundException)
        {
            return default;
        }
    }

    private static FileFacts From(in StatxFields f) => FileFacts.FromUnix(f.Mode, f.Owner, f.Links, ((ulong)f.DeviceMajor << 32) | f.DeviceMinor, f.Inode);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out StatxFields facts);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(SafeFileHandle file, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out StatxFields facts);

    /// <summary>struct statx of linux/stat.h.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxFields
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
