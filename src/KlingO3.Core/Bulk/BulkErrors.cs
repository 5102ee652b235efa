namespace KlingO3.Bulk;

/// <summary>What a wait can end with.</summary>
internal static class BulkErrors
{
    public static KlingException Timeout(KlingPrediction prediction, TimeSpan waited, string? lastError) => new(
        KlingErrorId.Timeout,
        $"Prediction {prediction.Id} had not ended after {Short(waited)}{(lastError is null ? "" : $"; the last look failed ({lastError})")}. It was not cancelled and may still finish.",
        $"Wait again: Wait-KlingPrediction {PredictionIdFormat.Quote(prediction.Id)} -Timeout …, or cancel it: Stop-KlingPrediction {PredictionIdFormat.Quote(prediction.Id)}.")
    {
        PredictionId = prediction.Id,
    };

    public static KlingException NoFreeSlot(TimeSpan waited, string holders) => new(
        KlingErrorId.Timeout,
        $"No slot came free for {Short(waited)}. {holders} No more rows are sent.",
        "See what runs: Get-KlingPrediction -Status Created, Starting, Processing; cancel what does not end: Stop-KlingPrediction ID. Then run the rows that were not sent: in a batch, the same line again.");

    /// <summary><c>90 s</c>, <c>12 min</c>.</summary>
    public static string Short(TimeSpan time) => time.InMinutes();

    /// <summary>A defect that shows in the same way again and again.</summary>
    /// <param name="what">What failed: "Asking for prediction …".</param>
    /// <param name="predictionId">The prediction, if there is one.</param>
    /// <param name="cause">The exception.</param>
    public static KlingException Unexpected(string what, string? predictionId, Exception cause) => new(
        KlingErrorId.Unexpected,
        $"{what} failed in a way that KlingO3 does not expect: {cause.Message} ({cause.GetType().Name})",
        "This is a defect of the module: please report it with the output of Get-Error. Nothing is lost: Get-KlingPrediction lists what was created.",
        cause)
    {
        PredictionId = predictionId,
    };
}
