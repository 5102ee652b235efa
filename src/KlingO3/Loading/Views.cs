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
    private const string Script = "Update-FormatData -PrependPath $args[0] -ErrorAction Ignore";
    private static readonly string File = Path.Combine(Path.GetDirectoryName(typeof(Views).Assembly.Location)!, "KlingO3.Format.ps1xml");
    private static readonly ConditionalWeakTable<Runspace, object> Loaded = [];

    /// <summary>Sees to it that an object has its views.</summary>
    /// <param name="command">The command that is about to write it.</param>
    /// <param name="value">The object; only KlingO3's own have views.</param>
    public static void Load(PSCmdlet command, object? value)
    {
        var type = (value is PSObject wrapped ? wrapped.BaseObject : value)?.GetType();
        if (type?.Assembly != typeof(KlingPrediction).Assembly || Runspace.DefaultRunspace is not { } runspace || !Loaded.TryAdd(runspace, Script))
        {
            return;
        }

        try
        {
            command.InvokeCommand.InvokeScript(Script, useNewScope: true, PipelineResultTypes.None, null, File);
        }
        catch (CommandNotFoundException)
        {
            // A constrained endpoint without Update-FormatData: plain lists have to do.
        }
    }
}
