using System.Management.Automation;
using KlingO3.Commands;

namespace KlingO3.Running;

/// <summary>
/// The command that directly follows another in the pipeline, where it is one of ours: while the first waits, the next one gets its turn to write what its background
/// work has left, and what has ended is announced to it.
/// </summary>
internal sealed class DownstreamCommand
{
    // With these, PowerShell keeps or holds back what the command writes: then nothing but its output may be written.
    private static readonly string[] KeepingParameters = ["OutVariable", "PipelineVariable", "OutBuffer"];

    private readonly PredictionInputCommand? _next;
    private readonly ICommandRuntime? _pipe;

    /// <summary>Finds the command that follows. To be called when <see cref="PipelineScope.Next"/> may be.</summary>
    /// <param name="command">The command that it follows.</param>
    /// <param name="queue">The queue of that command, which is to wake when the next one has something to write.</param>
    public DownstreamCommand(AsyncCommand command, PipelineQueue queue)
    {
        _next = command.Scope.Next(command) as PredictionInputCommand;
        if (_next is not null && !Array.Exists(KeepingParameters, command.MyInvocation.BoundParameters.ContainsKey))
        {
            _pipe = command.CommandRuntime;
            _next.WakeAlso(queue);
        }
    }

    // Before its first input the next command may not be what follows after all: output can be redirected.
    private bool IsDue => _pipe is not null && _next is { HasInput: true } && (_next.HasOutput || _next.Downstream?.IsDue == true);

    /// <summary>Gives the next command its turn if it, or one behind it, has something to write. Only on the pipeline thread, by the command whose turn it is.</summary>
    public void GiveTurn()
    {
        if (IsDue)
        {
            _pipe!.WriteObject(PipelineTurn.Instance);
        }
    }

    /// <summary>A prediction has ended, and will be written to the next command. Called on any thread.</summary>
    /// <param name="prediction">The object that will be written.</param>
    public void Announce(KlingPrediction prediction) => (_next as SaveKlingVideoCommand)?.Prefetch(prediction);
}
