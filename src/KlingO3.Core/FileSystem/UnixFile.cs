using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KlingO3.FileSystem;

/// <summary>What .NET does not offer on Unix: the user, and opening without waiting.</summary>
internal static class UnixFile
{
    private const int NoEntry = 2;
    private const int Forbidden = 13;
    private const int NoFolder = 20;

    /// <summary>O_RDONLY, O_NONBLOCK and O_CLOEXEC: the same on every processor that .NET runs on.</summary>
    private static readonly int ReadWithoutWaiting = OperatingSystem.IsMacOS() ? 0x1000004 : 0x80800;

    /// <summary>Opens a file for reading. A pipe without a writer does not make it wait.</summary>
    public static SafeFileHandle OpenRead(string path)
    {
        var file = Open(path, ReadWithoutWaiting);
        if (file >= 0)
        {
            return new SafeFileHandle(file, ownsHandle: true);
        }

        var error = Marshal.GetLastPInvokeError();
        var message = $"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}";
        throw error switch
        {
            NoEntry or NoFolder => new FileNotFoundException(message, path),
            Forbidden => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }

    /// <summary>What the system's refusal to tell means: nothing has the name, or an old kernel or a sandbox does not answer.</summary>
    public static FileFacts? Failed(string path) => Marshal.GetLastPInvokeError() is NoEntry or NoFolder ? null : Unanswered(path);

    /// <summary>What .NET itself tells: whether something is there.</summary>
    public static FileFacts? Unanswered(string path) =>
        new FileInfo(path) is { Exists: false, LinkTarget: null } && !Directory.Exists(path) ? null : default(FileFacts);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern uint GetUser();

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
