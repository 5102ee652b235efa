using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Running;

namespace KlingO3.Commands;

/// <summary>The predictions that a command works on: objects from the pipeline, rows of a CSV that was written before, or ids.</summary>
public abstract class PredictionInputCommand : AsyncCommand
{
    /// <summary>A prediction, or anything with an Id: a row of a CSV that predictions were exported to, an id as text.</summary>
    [Parameter(ParameterSetName = "Id", ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The ids of predictions.</summary>
    public abstract string[]? Id { get; set; }

    /// <summary>Whether anything came down the pipeline yet.</summary>
    internal bool HasInput { get; private set; }

    // Before the first row, so that it is still there for the last. Behind New-KlingVideo, which under -WhatIf needs no key, nor is one needed here: null.
    private protected KlingClient? RequireConnection()
    {
        try
        {
            return Client;
        }
        catch (KlingException exception) when (!IsFirst && exception.ErrorId == KlingErrorId.NoApiKey)
        {
            return null;
        }
    }

    private protected override void Process()
    {
        HasInput = true;
        Pump();
        if (PipelineTurn.Is(InputObject))
        {
            return;
        }

        foreach (var prediction in ReadRow())
        {
            if (Scope.Counter == this)
            {
                Scope.Count(counts => counts with { Seen = counts.Seen + 1 });
            }

            Process(prediction);
        }
    }

    private protected abstract void Process(KlingPrediction prediction);

    private IReadOnlyList<KlingPrediction> ReadRow()
    {
        try
        {
            return PredictionRow.Read(InputObject, Id, problem => WriteError(problem, InputObject));
        }
        catch (KlingException unreadable)
        {
            WriteError(unreadable, InputObject);
            return [];
        }
    }
}
