using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Files;
using KlingO3.Running;

namespace KlingO3.Commands;

/// <summary>
/// Downloads the videos of predictions, several at a time while others still come, and emits each as a file. Predictions that have not ended yet
/// are waited for.
/// </summary>
[Cmdlet(VerbsData.Save, "KlingVideo", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class SaveKlingVideoCommand : PredictionInputCommand
{
    private SaveOptions? _options;

    /// <inheritdoc/>
    [Parameter(ParameterSetName = "Id", ValueFromPipelineByPropertyName = true)]
    [Alias("PredictionId", "exec_id")]
    [ArgumentCompleter(typeof(IdCompleter))]
    public override string[]? Id { get; set; }

    /// <summary>The folder to save to; the current one by default. It is made if it is not there.</summary>
    [Parameter(Position = 0)]
    public string? Destination { get; set; }

    /// <summary>The files' names without the ending; <c>{Name}</c>, <c>{Id}</c>, <c>{Batch}</c> and <c>{Model}</c> are filled in.</summary>
    [Parameter]
    public string FileName { get; set; } = "{Name}-{Id}";

    /// <summary>Replace files of the same name that are not this video.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        var folder = DestinationFolder.Resolve(SessionState, Destination);
        if (Preference("WhatIf", "WhatIfPreference") != bool.TrueString)
        {
            // Before the first command of the pipeline sees its first row: what could not be saved is not paid for.
            DestinationFolder.RequireWritable(folder);
        }

        _options = new SaveOptions { Destination = folder, FileName = FileName, Force = Force };
        Scope.Destination = Destination ?? folder;
        Scope.Counter ??= this;
        Scope.Count(counts => counts with { Saves = true });
        RequireConnection();
    }

    private protected override void Process(KlingPrediction prediction)
    {
        if (ShouldProcess($"{prediction} to {_options!.Destination}", "Save the video"))
        {
            Save(prediction, _options);
        }

        Pump();
    }

    private void Save(KlingPrediction prediction, SaveOptions options)
    {
        var (client, scope, notices) = (Client, Scope, Notices);
        scope.Running(prediction);
        Start(
            async token =>
            {
                var ended = prediction;
                if (!prediction.IsFinal())
                {
                    ended = (await client.WaitAsync(prediction, PredictionWaits.DefaultTimeout, notices, token).ConfigureAwait(false)).KnownAs(prediction);
                    scope.Ended(ended);
                }

                return (ended, await client.SaveAsync(ended, options, null, token).ConfigureAwait(false));
            },
            saved => Emit(saved.ended, saved.Item2),
            problem =>
            {
                scope.Failed(prediction);
                WriteError(problem, prediction);
            });
    }

    private void Emit(KlingPrediction prediction, IReadOnlyList<SavedVideo> videos)
    {
        Scope.Count(counts => counts with { Saved = counts.Saved + 1 });
        foreach (var video in videos)
        {
            WriteVerbose($"{video.Path}: {(video.WasThere ? "was there already, whole" : "saved")}");

            // Through the provider, so that it looks and pipes like what Get-Item gives.
            var file = InvokeProvider.Item.Get([video.Path], true, true)[0];
            file.Properties.Add(new PSNoteProperty("PredictionId", video.PredictionId));
            file.Properties.Add(new PSNoteProperty("PredictionName", prediction.Name));
            WriteObject(file);
        }
    }
}
