using System.Management.Automation;

namespace KlingO3.Errors;

/// <summary>The one place that turns exceptions into PowerShell's error records.</summary>
internal static class ErrorRecords
{
    // From 7.5 on, PowerShell shows a recommendation below the message. Before, the message is all that anybody sees.
    private static readonly bool HostRecommends = typeof(PSObject).Assembly.GetName().Version >= new Version(7, 5);

    /// <summary>The record of an exception.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="target">The row, the prediction or whatever else it went wrong with.</param>
    public static ErrorRecord ToErrorRecord(this KlingException exception, object? target) =>
        new(exception, exception.ErrorId, CategoryOf(exception.ErrorId), target ?? exception.PredictionId)
        {
            ErrorDetails = new ErrorDetails(HostRecommends ? exception.Message : $"{exception.Message} {exception.RecommendedAction}".TrimEnd())
            {
                RecommendedAction = exception.RecommendedAction,
            },
        };

    /// <summary>Any exception as one of KlingO3's: unwrapped where it is one inside, else told as the defect that it is.</summary>
    /// <param name="exception">Any exception.</param>
    public static KlingException ToKlingException(this Exception exception)
    {
        var inner = exception is AggregateException aggregate ? aggregate.GetBaseException() : exception;
        return inner as KlingException ?? new KlingException(
            KlingErrorId.Unexpected,
            $"Something that KlingO3 does not expect went wrong: {inner.Message} ({inner.GetType().Name})",
            "This is a defect of the module: please report it with the output of Get-Error. Nothing is lost: Get-KlingPrediction lists what was created.",
            inner);
    }

    private static ErrorCategory CategoryOf(string errorId) => errorId switch
    {
        KlingErrorId.NoApiKey or KlingErrorId.Unauthorized => ErrorCategory.AuthenticationError,
        KlingErrorId.InvalidInput => ErrorCategory.InvalidArgument,
        KlingErrorId.PaymentRequired => ErrorCategory.QuotaExceeded,
        KlingErrorId.RateLimited or KlingErrorId.CostLimit => ErrorCategory.LimitsExceeded,
        KlingErrorId.Forbidden => ErrorCategory.PermissionDenied,
        KlingErrorId.NotFound => ErrorCategory.ObjectNotFound,
        KlingErrorId.NetworkError => ErrorCategory.ConnectionError,
        KlingErrorId.BadResponse => ErrorCategory.ProtocolError,
        KlingErrorId.ServerError or KlingErrorId.LedgerUnavailable => ErrorCategory.ResourceUnavailable,
        KlingErrorId.CreateUnknown or KlingErrorId.PredictionFailed => ErrorCategory.InvalidResult,
        KlingErrorId.PredictionCancelled => ErrorCategory.OperationStopped,
        KlingErrorId.Timeout => ErrorCategory.OperationTimeout,
        KlingErrorId.DownloadFailed => ErrorCategory.ReadError,
        KlingErrorId.UploadFailed => ErrorCategory.WriteError,
        KlingErrorId.FileExists => ErrorCategory.ResourceExists,
        KlingErrorId.WebhookRejected => ErrorCategory.SecurityError,
        _ => ErrorCategory.NotSpecified,
    };
}
