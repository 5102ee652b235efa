namespace KlingO3.Bulk;

/// <summary>What a wait can end with.</summary>
internal static class BulkErrors
{
    public static KlingException Timeout(KlingPrediction prediction, TimeSpan waited, string? lastError) => new(
        KlingErrorId.Timeout,
        $"Prediction {prediction.Id} had not ended after {Short(waited)}{(lastError is null ? "" : $"; the last look failed ({lastError})")}. It was not cancelled and may still finish.",
        $"Wait again: Wait-KlingPrediction {prediction.Id} -Timeout …, or cancel it: Stop-KlingPrediction {prediction.Id}.")
    {
        PredictionId = prediction.Id,
    };

    internal static string Short(TimeSpan time) => time.TotalSeconds < 120 ? $"{time.TotalSeconds:0.#} s" : $"{time.TotalMinutes:0.#} min";
}
