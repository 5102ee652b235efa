namespace KlingO3.Files;

/// <summary>What can go wrong with a saved video, and what to do about it. The video itself stays paid and can be fetched again.</summary>
internal static class FileErrors
{
    public static KlingException Download(string predictionId, string why, Exception? cause = null) => new(
        KlingErrorId.DownloadFailed,
        $"The video of prediction {predictionId} could not be downloaded: {why}.",
        $"The video is made and paid for; only its file is missing. Fetch it with: Get-KlingPrediction {predictionId} | Save-KlingVideo. Output URLs are only promised for 24 hours.",
        cause)
    {
        PredictionId = predictionId,
    };

    /// <summary>A download went beyond a limit, and is not tried again by itself.</summary>
    public static KlingException Limit(string predictionId, DownloadLimitException cause) => new(
        KlingErrorId.DownloadFailed,
        $"The video of prediction {predictionId} could not be downloaded: {cause.Message}.",
        $"The video is made and paid for. Look at its OutputUrl in a browser: Get-KlingPrediction {predictionId}. If that is a video, fetch it again with: Get-KlingPrediction {predictionId} | Save-KlingVideo.",
        cause)
    {
        PredictionId = predictionId,
    };

    /// <summary>A download failed, and the service gave no URL to try instead.</summary>
    public static KlingException NotRenewed(string predictionId, KlingException failure, string why) => new(
        KlingErrorId.DownloadFailed,
        $"{failure.Message.TrimEnd('.')}; the service was asked for a new URL, but {why}.",
        failure.RecommendedAction,
        failure)
    {
        PredictionId = predictionId,
    };

    public static KlingException Store(string predictionId, string path, Exception cause) => new(
        KlingErrorId.DownloadFailed,
        $"The video of prediction {predictionId} could not be written to '{path}': {cause.Message}",
        cause is ForeignFileException
            ? $"Find out who put it there, remove it, or choose a -Destination that only you can write to. Then fetch the video with: Get-KlingPrediction {predictionId} | Save-KlingVideo."
            : $"Free some space or choose another -Destination, then fetch it with: Get-KlingPrediction {predictionId} | Save-KlingVideo. What was downloaded already is used again.",
        cause)
    {
        PredictionId = predictionId,
    };

    public static KlingException Exists(string predictionId, string path) => new(
        KlingErrorId.FileExists,
        $"'{path}' exists and is not known to be the video of prediction {predictionId}. It was left as it is.",
        "Use -Force to replace it, another -Destination, or a -FileName with {Id} in it.")
    {
        PredictionId = predictionId,
    };

    /// <summary>Another row of the same run has the name, which is never replaced.</summary>
    public static KlingException Claimed(string predictionId, string path) => new(
        KlingErrorId.FileExists,
        $"'{path}' is the video of another row of this run, and prediction {predictionId} has the same file name. The file was left as it is, also where -Force is given.",
        "Put {Id} into -FileName, or give the rows names that differ. "
        + $"The video is made and paid for; fetch it under another name: Get-KlingPrediction {predictionId} | Save-KlingVideo.")
    {
        PredictionId = predictionId,
    };

    public static KlingException NotFinal(KlingPrediction prediction) => new(
        KlingErrorId.InvalidInput,
        $"Prediction {prediction} has no video yet: its status is {prediction.Status}.",
        "Wait for it first: … | Wait-KlingPrediction | Save-KlingVideo.")
    {
        PredictionId = prediction.Id,
    };

    public static KlingException Ended(KlingPrediction prediction) => prediction.Status == KlingStatus.Cancelled
        ? new KlingException(KlingErrorId.PredictionCancelled, $"Prediction {prediction} was cancelled: it has no video.", "Create it again with New-KlingVideo; in a batch, with -RetryFailed.")
        {
            PredictionId = prediction.Id,
        }
        : new KlingException(KlingErrorId.PredictionFailed, $"Prediction {prediction} failed: {prediction.Error}. It has no video.", "Correct the row by the reason and create it again; in a batch, with -RetryFailed.")
        {
            PredictionId = prediction.Id,
            ServiceMessage = prediction.Error?.Message,
        };
}
