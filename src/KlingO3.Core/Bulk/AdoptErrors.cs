namespace KlingO3.Bulk;

/// <summary>Why <c>-Adopt</c> cannot tell which jobs are the rows', so that nothing is created.</summary>
internal static class AdoptErrors
{
    public static KlingException Untold(string? id, int count) => new(
        KlingErrorId.CreateUnknown,
        $"The service lists {(count == 1 ? "1 job" : $"{count} jobs")}{(id is null ? "" : $" ({id}{(count > 1 ? " …" : "")})")} without telling the input, so it cannot be told whether the row was created already. Nothing was created.",
        "Look at the executions in the each::labs dashboard. If none of them is of this batch, run the line without -Adopt, or with a shorter -AdoptSince.");

    public static KlingException File(string id, string url, Exception? cause) => new(
        KlingErrorId.CreateUnknown,
        $"Prediction {id} may be this row's: all its inputs are the same, but its file at {url} cannot be read and compared. Nothing was created.",
        $"Look at prediction {id}. If it is this row's, run the same line with -AdoptId {PredictionIdFormat.Quote(id)}; if it is not, run it without -Adopt: the row is created, and paid for.",
        cause)
    {
        PredictionId = id,
    };

    public static KlingException NeedsBatch() => new(
        KlingErrorId.InvalidInput,
        "-Adopt needs -Batch: without a batch every row is new, and a job that was adopted once could not be told from one that is still to be made.",
        "Give the batch that the rows belong to: -Batch spring -Adopt.");
}
