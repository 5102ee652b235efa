using System.Management.Automation;

namespace KlingO3.Running;

/// <summary>
/// An object that goes down the pipeline only to give the next command its turn to write, and no further. PowerShell allows a command to write only while its own
/// ProcessRecord or EndProcessing runs, and calls ProcessRecord for each object that the command before it writes.
/// </summary>
internal sealed class PipelineTurn
{
    private PipelineTurn()
    {
    }

    /// <summary>The only one.</summary>
    public static PipelineTurn Instance { get; } = new();

    /// <summary>Whether an object of the pipeline is no input, but only a turn to write.</summary>
    public static bool Is(PSObject? input) => ReferenceEquals(input?.BaseObject, Instance);

    // In a log of what is bound to parameters.
    public override string ToString() => "a turn to write";
}
