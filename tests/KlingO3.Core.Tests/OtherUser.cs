using System.Diagnostics;
using Xunit;

namespace KlingO3.Core.Tests;

/// <summary>Commands of a second user of this machine, who has no rights to what is ours. Only root can drop privileges: elsewhere its tests are skipped.</summary>
internal static class OtherUser
{
    /// <summary>The user id of nobody.</summary>
    public const uint Id = 65534;

    /// <summary>Skips the test where there is no second user to be had.</summary>
    public static void Require()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can run a command as a second user.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "There is no setpriv (util-linux) to drop privileges with.");
    }

    /// <summary>Runs a command line of sh as the second user.</summary>
    public static void Run(string line)
    {
        Require();
        Shell.Run("/usr/bin/setpriv", $"--reuid={Id}", $"--regid={Id}", "--clear-groups", "sh", "-ec", line);
    }
}

/// <summary>Commands of the system.</summary>
internal static class Shell
{
    /// <summary>Runs a command, and gives what it wrote.</summary>
    public static string Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
