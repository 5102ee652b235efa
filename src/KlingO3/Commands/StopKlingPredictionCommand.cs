using System.Management.Automation;
using KlingO3.Binding;

namespace KlingO3.Commands;

/// <summary>Cancels predictions, and emits them as the service then tells them. The service does its best: one that is nearly done may still finish.</summary>
[Cmdlet(VerbsLifecycle.Stop, "KlingPrediction", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
[OutputType(typeof(KlingPrediction))]
public sealed class StopKlingPredictionCommand : PredictionInputCommand
{
    /// <inheritdoc/>
    [Parameter(ParameterSetName = "Id", Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PredictionId", "exec_id")]
    [ArgumentCompleter(typeof(IdCompleter))]
    public override string[]? Id { get; set; }

    private protected override void Process(KlingPrediction prediction)
    {
        if (ShouldProcess(prediction.ToString(), "Cancel the job"))
        {
            var client = Client;
            Start(token => client.CancelAsync(prediction.Id!, token), WriteObject, problem => WriteError(problem, prediction));
        }
    }
}
