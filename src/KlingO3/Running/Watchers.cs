using System.Management.Automation.Host;

namespace KlingO3.Running;

/// <summary>Whether anybody looks at a host's screen.</summary>
internal static class Watchers
{
    private static readonly bool NonInteractive =
        Environment.GetCommandLineArgs().Skip(1).Any(argument => argument.StartsWith("-noni", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether bars may be shown: not by a console that was started for a script, or whose output goes to a file.</summary>
    public static bool MayShowBars(PSHost? host) => host?.UI is not null && !(host.Name == "ConsoleHost" && (NonInteractive || Console.IsOutputRedirected));

    /// <summary>Whether a host keeps a log rather than a screen. A runspace without a host of its own (a runbook's) is one.</summary>
    public static bool KeepsLog(PSHost? host) => host?.Name == "Default Host" || !MayShowBars(host);
}
