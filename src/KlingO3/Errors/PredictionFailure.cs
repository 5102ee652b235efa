namespace KlingO3.Errors;

/// <summary>The error of a job that ended without a video.</summary>
internal static class PredictionFailure
{
    /// <summary>The error; null when the job did not fail.</summary>
    public static KlingException? Of(KlingPrediction prediction) => prediction.Status switch
    {
        KlingStatus.Error => new KlingException(
            KlingErrorId.PredictionFailed,
            $"{Describe(prediction)} failed: {prediction.Error?.ToString() ?? "the service gives no reason"}.".Replace("..", ".", StringComparison.Ordinal),
            prediction.Error?.Retryable == false
                ? "The service says that the same input will fail again: change the row before it is created anew."
                : "Look at the reason and at the input, and create it anew: in a batch with -RetryFailed.")
        {
            PredictionId = prediction.Id,
            ServiceMessage = prediction.Error?.Message,
        },
        KlingStatus.Cancelled => new KlingException(
            KlingErrorId.PredictionCancelled,
            $"{Describe(prediction)} was cancelled.",
            "If it is wanted after all, create it anew: in a batch with -RetryFailed.")
        {
            PredictionId = prediction.Id,
        },
        _ => null,
    };

    private static string Describe(KlingPrediction prediction) =>
        prediction.Name is null ? $"Prediction {prediction.Id}" : $"Prediction {prediction.Id} ({prediction.Name})";
}
