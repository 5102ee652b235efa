using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Running;

namespace KlingO3.Commands;

/// <summary>Watches predictions, all at once, and emits each when it has ended. A failed one is emitted too, with an error that says why.</summary>
[Cmdlet(VerbsLifecycle.Wait, "KlingPrediction", DefaultParameterSetName = "Id")]
[OutputType(typeof(KlingPrediction))]
public sealed class WaitKlingPredictionCommand : PredictionInputCommand
{
    private PredictionWaits? _waits;

    /// <inheritdoc/>
    [Parameter(ParameterSetName = "Id", Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PredictionId", "exec_id")]
    [ArgumentCompleter(typeof(IdCompleter))]
    public override string[]? Id { get; set; }

    /// <summary>How long to wait for each prediction, from when it came in: a span of time, or seconds. 1 hour by default. Nothing is cancelled when it is over.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; } = PredictionWaits.DefaultTimeout;

    private protected override void Begin()
    {
        base.Begin();
        if (Timeout <= TimeSpan.Zero)
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"-Timeout is {Timeout}, but must be more than nothing.", "Give seconds (-Timeout 600) or a span of time (-Timeout 00:10:00).");
        }

        Scope.Counter ??= this;
        Scope.Count(counts => counts with { Waits = true });
        _waits = new PredictionWaits(this, Timeout, WriteObject);
        RequireConnection();
    }

    private protected override void Process(KlingPrediction prediction)
    {
        _waits!.Add(prediction);
        Pump();
    }
}
