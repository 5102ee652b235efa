using System.Diagnostics;
using Xunit;

namespace KlingO3.Core.Tests;

/// <summary>Named pipes that nothing writes to: opening one waits for ever.</summary>
internal static class NamedPipe
{
    public static void SkipWithout() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes among its files.");

    public static async Task<string> MakeAsync(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return path;
    }
}
