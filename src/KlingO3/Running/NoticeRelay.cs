namespace KlingO3.Running;

/// <summary>Carries the engine's notices from any thread to the pipeline's.</summary>
/// <param name="queue">The command's queue.</param>
/// <param name="write">Writes a notice to its stream; called on the pipeline thread.</param>
internal sealed class NoticeRelay(PipelineQueue queue, Action<Notice> write) : IProgress<Notice>, IProgress<KlingPrediction>
{
    /// <inheritdoc/>
    public void Report(Notice value) => queue.Post(() => write(value));

    /// <summary>A prediction is seen to stand differently.</summary>
    public void Report(KlingPrediction value) => Report(new Notice(NoticeLevel.Verbose, $"{value.Name ?? "Prediction"} ({value.Id}): {value.Status}"));
}
