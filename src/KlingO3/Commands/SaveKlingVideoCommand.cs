using System.Collections.Concurrent;
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
    // By the object itself: the one that is announced is the one that comes in.
    private readonly ConcurrentDictionary<object, Task<IReadOnlyList<SavedVideo>>> _prefetched = new(ReferenceEqualityComparer.Instance);
    private SaveOptions? _options;
    private KlingClient? _prefetching;

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
        var client = RequireConnection();
        _prefetching = AsksNothing ? client : null;
    }

    // Whether each video is saved without -WhatIf and without a question.
    private bool AsksNothing =>
        Preference("WhatIf", "WhatIfPreference") != bool.TrueString
        && Preference("Confirm", "ConfirmPreference") is not (nameof(ConfirmImpact.Low) or nameof(ConfirmImpact.Medium) or "True");

    /// <summary>
    /// Begins a download before its prediction comes in: the commands before this one may be kept from writing it for a while. Called on any thread.
    /// </summary>
    internal void Prefetch(KlingPrediction ended)
    {
        if (_prefetching is { } client && ended.Status == KlingStatus.Success)
        {
            _prefetched[ended] = Task.Run(() => client.SaveAsync(ended, _options!, null, Cancelled), Cancelled);
        }
    }

    private protected override void Settle(PipelineScope scope)
    {
        Task.WaitAll([.. _prefetched.Values.Select(Quietly)], scope.RemainingGrace());
        base.Settle(scope);
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
        _ = _prefetched.TryRemove(prediction, out var prefetched);
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

                return (ended, await (prefetched ?? client.SaveAsync(ended, options, null, token)).ConfigureAwait(false));
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
