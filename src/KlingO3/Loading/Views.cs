using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace KlingO3.Loading;

/// <summary>
/// Loads the table and list views when a runspace first gets an object that has some. In the manifest (FormatsToProcess) they would make every
/// import about half as slow again, because PowerShell then rebuilds the views of all that it has.
/// </summary>
internal static class Views
{
    private const string Script = "& $args[0] -PrependPath $args[1] -ErrorAction Ignore";

    // By its type and not by its name: PowerShell would look for the name in all its modules first, for some 40 ms.
    private static readonly Type? Updater = Type.GetType("Microsoft.PowerShell.Commands.UpdateFormatDataCommand, Microsoft.PowerShell.Commands.Utility");
    private static readonly string File = Path.Combine(Path.GetDirectoryName(typeof(Views).Assembly.Location)!, "KlingO3.Format.ps1xml");
    private static readonly ConditionalWeakTable<Runspace, object> Loaded = [];

    /// <summary>Sees to it that an object has its views.</summary>
    /// <param name="command">The command that is about to write it.</param>
    /// <param name="value">The object; only KlingO3's own have views.</param>
    public static void Load(PSCmdlet command, object? value)
    {
        if ((value is PSObject wrapped ? wrapped.BaseObject : value)?.GetType().Assembly == typeof(KlingPrediction).Assembly)
        {
            Load(command);
        }
    }

    /// <summary>Loads the views now. A command that has nothing to do but wait for the service calls it then: it takes some 15 ms.</summary>
    /// <param name="command">The command, on the thread of its pipeline.</param>
    public static void Load(PSCmdlet command)
    {
        if (Updater is null || Runspace.DefaultRunspace is not { } runspace || !Loaded.TryAdd(runspace, Script))
        {
            return;
        }

        try
        {
            command.InvokeCommand.InvokeScript(Script, useNewScope: true, PipelineResultTypes.None, null, new CmdletInfo("Update-FormatData", Updater), File);
        }
        catch (RuntimeException problem) when (problem is not PipelineStoppedException)
        {
            // An endpoint that allows no new views: plain lists have to do. A create may be on its way, and must not end for them.
        }
    }
}
