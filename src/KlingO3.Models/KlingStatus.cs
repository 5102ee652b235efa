namespace KlingO3;

/// <summary>Where a prediction stands. <see cref="Success"/>, <see cref="Error"/> and <see cref="Cancelled"/> are final.</summary>
public enum KlingStatus
{
    /// <summary>The create request is being sent; there is no id yet.</summary>
    Submitting,

    /// <summary>The service has accepted the job and queued it.</summary>
    Created,

    /// <summary>The service is about to run the job.</summary>
    Starting,

    /// <summary>The job runs. It takes about 300 seconds.</summary>
    Processing,

    /// <summary>The video is made; its URL is in <see cref="KlingPrediction.OutputUrl"/>.</summary>
    Success,

    /// <summary>The job failed; the reason is in <see cref="KlingPrediction.Error"/>.</summary>
    Error,

    /// <summary>The job was cancelled.</summary>
    Cancelled,

    /// <summary>Not known: the answer to the create was lost, or the service used a word that KlingO3 does not know.</summary>
    Unknown,
}
