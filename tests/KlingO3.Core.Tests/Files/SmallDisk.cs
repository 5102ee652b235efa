using System.Diagnostics;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>A file system of its own on a folder, for disks that are full or locked. Only root on Linux can make one: elsewhere its tests are skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    public static SmallDisk Mount(string folder, string options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting a disk wants root on Linux.");
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", options, "klingo3-test", folder), "This system lets nobody mount a disk.");
        return new SmallDisk(folder);
    }

    public void Remount(string options) => Assert.True(Run("mount", "-o", $"remount,{options}", _folder));

    public void Dispose() => Run("umount", _folder);

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
