namespace KlingO3;

/// <summary>The stable names of KlingO3's errors: <c>$_.FullyQualifiedErrorId</c> begins with one of them.</summary>
public static class KlingErrorId
{
    /// <summary>No API key was given.</summary>
    public const string NoApiKey = "KlingNoApiKey";

    /// <summary>An input breaks a rule of the model; nothing was sent.</summary>
    public const string InvalidInput = "KlingInvalidInput";

    /// <summary>HTTP 401: the key is missing, wrong or revoked.</summary>
    public const string Unauthorized = "KlingUnauthorized";

    /// <summary>HTTP 402: the balance does not cover the jobs in flight.</summary>
    public const string PaymentRequired = "KlingPaymentRequired";

    /// <summary>HTTP 403: the key may not do this.</summary>
    public const string Forbidden = "KlingForbidden";

    /// <summary>HTTP 404: there is no such model or prediction.</summary>
    public const string NotFound = "KlingNotFound";

    /// <summary>HTTP 429, for longer than KlingO3 waits.</summary>
    public const string RateLimited = "KlingRateLimited";

    /// <summary>HTTP 5xx, after every retry.</summary>
    public const string ServerError = "KlingServerError";

    /// <summary>The service could not be reached, or a connection broke, after every retry.</summary>
    public const string NetworkError = "KlingNetworkError";

    /// <summary>The service answered something that is not an answer of this API.</summary>
    public const string BadResponse = "KlingBadResponse";

    /// <summary>The answer to a create was lost: the job may or may not exist.</summary>
    public const string CreateUnknown = "KlingCreateUnknown";

    /// <summary>The next row would cost more than <c>-MaxCost</c> allows; it and the rest were not sent.</summary>
    public const string CostLimit = "KlingCostLimit";

    /// <summary>The job ended with an error.</summary>
    public const string PredictionFailed = "KlingPredictionFailed";

    /// <summary>The job was cancelled.</summary>
    public const string PredictionCancelled = "KlingPredictionCancelled";

    /// <summary>The wait was over before the job ended.</summary>
    public const string Timeout = "KlingTimeout";

    /// <summary>A video could not be downloaded or stored.</summary>
    public const string DownloadFailed = "KlingDownloadFailed";

    /// <summary>A file of that name is there and is not this video.</summary>
    public const string FileExists = "KlingFileExists";

    /// <summary>A local file could not be uploaded.</summary>
    public const string UploadFailed = "KlingUploadFailed";

    /// <summary>The ledger, without which nothing is paid for, cannot be opened or written.</summary>
    public const string LedgerUnavailable = "KlingLedgerUnavailable";

    /// <summary>A webhook delivery was not genuine or not readable.</summary>
    public const string WebhookRejected = "KlingWebhookRejected";

    /// <summary>A defect of KlingO3 itself; please report it.</summary>
    public const string Unexpected = "KlingUnexpected";
}
