using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KlingO3.FileSystem;

/// <summary>lstat(2) and fstat(2) of macOS with 64-bit inodes, which the x64 library exports under names of their own.</summary>
internal static class MacFile
{
    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static FileFacts? At(string path) =>
        (IsX64 ? LStatX64(path, out var facts) : LStat(path, out facts)) == 0 ? From(facts) : UnixFile.Failed(path);

    public static FileFacts Of(SafeFileHandle file) =>
        (IsX64 ? FStatX64(file, out var facts) : FStat(file, out facts)) == 0 ? From(facts) : default;

    private static FileFacts From(in StatFields f) => FileFacts.FromUnix(f.Mode, f.Owner, f.Links, f.Device, f.Inode);

    [DllImport("libc", EntryPoint = "lstat", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LStat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, out StatFields facts);

    [DllImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LStatX64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, out StatFields facts);

    [DllImport("libc", EntryPoint = "fstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FStat(SafeFileHandle file, out StatFields facts);

    [DllImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FStatX64(SafeFileHandle file, out StatFields facts);

    /// <summary>struct stat of sys/stat.h.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatFields
    {
        [FieldOffset(0)]
        public uint Device;

        [FieldOffset(4)]
        public ushort Mode;

        [FieldOffset(6)]
        public ushort Links;

        [FieldOffset(8)]
        public ulong Inode;

        [FieldOffset(16)]
        public uint Owner;
    }
}
