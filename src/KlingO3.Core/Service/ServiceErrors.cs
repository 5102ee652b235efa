using System.Globalization;

namespace KlingO3.Service;

/// <summary>What each refusal of the service means to the user, and what to do about it. The codes are those of the service's documentation.</summary>
internal static class ServiceErrors
{
    private const int LongestServiceMessage = 500;

    /// <summary>An HTTP answer that is not a success, as an exception.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="what">What was asked, for the message: "create the video".</param>
    public static KlingException From(ServiceAnswer answer, string what)
    {
        var (errorId, action) = Meaning(answer.StatusCode);
        var said = WireReader.ErrorMessage(answer.Body) is { } own ? Shorten(own) : null;
        return new KlingException(
            errorId,
            $"The service would not {what}: HTTP {answer.StatusCode.ToString(CultureInfo.InvariantCulture)}{(said is null ? "" : $", \"{said}\"")}.",
            action)
        {
            StatusCode = answer.StatusCode,
            ServiceMessage = said,
            RequestId = answer.RequestId,
            RetryAfter = answer.RetryAfter,
        };
    }

    /// <summary>The same error, saying which prediction it is about.</summary>
    public static KlingException About(this KlingException error, string? predictionId) => predictionId is null ? error : new KlingException(
        error.ErrorId, error.Message, error.RecommendedAction, error.InnerException)
    {
        PredictionId = predictionId,
        StatusCode = error.StatusCode,
        ServiceMessage = error.ServiceMessage,
        RequestId = error.RequestId,
        RetryAfter = error.RetryAfter,
    };

    /// <summary>An answer that is not one of this API's.</summary>
    public static KlingException BadResponse(string what, Exception? cause = null) => new(
        KlingErrorId.BadResponse,
        $"The service sent {what}.",
        "Check the address of the service (Get-KlingContext) and whether a proxy stands between. If both are right, the service has changed: report it with this message.",
        cause);

    /// <summary>The service could not be reached, or its answer was lost, and all retries are used up.</summary>
    public static KlingException Network(string what, Exception cause) => new(
        KlingErrorId.NetworkError,
        $"Could not {what}: {Innermost(cause)}",
        "Check the network, the proxy and the address of the service (Get-KlingContext), then run the same command again.",
        cause);

    /// <summary>How the answer to a create was lost. What becomes of its row is decided when it is settled.</summary>
    public static KlingException AnswerLost(string why, string? requestId, Exception? cause) => new(
        KlingErrorId.CreateUnknown, why, "Wait until the row is settled.", cause)
    {
        RequestId = requestId,
    };

    private static (string ErrorId, string Action) Meaning(int status) => status switch
    {
        400 or 422 => (KlingErrorId.InvalidInput, "Correct the row as the service says; Test-KlingVideo checks it without paying."),
        401 => (KlingErrorId.Unauthorized, "Check the API key in the each::labs dashboard, and give it with Connect-Kling or the environment variable EACHLABS_API_KEY."),
        402 => (KlingErrorId.PaymentRequired, "Add balance in the each::labs dashboard, then run the same command again: with -Batch, what was created already is not created again."),
        403 => (KlingErrorId.Forbidden, "Ask the owner of the each::labs organisation what this key may do."),
        404 => (KlingErrorId.NotFound, "Check the id or the model's name, and that the key belongs to the organisation that made the prediction."),
        429 => (KlingErrorId.RateLimited, "Wait some minutes, or lower -MaxConcurrent or -CreatesPerMinute of Connect-Kling if other machines use the same account."),
        >= 500 => (KlingErrorId.ServerError, "The service has a fault. Run the same command again later; what was created already is not lost."),
        _ => (KlingErrorId.BadResponse, "Check the address of the service (Get-KlingContext) and whether a proxy stands between."),
    };

    /// <summary>The cause's own words. A cancellation has none: what it was made of says more than it does.</summary>
    private static string Innermost(Exception cause)
    {
        while (cause.InnerException is { } inner and not OperationCanceledException)
        {
            cause = inner;
        }

        return cause.Message;
    }

    private static string Shorten(string text) => text.Length <= LongestServiceMessage ? text : string.Concat(text.AsSpan(0, LongestServiceMessage), "…");
}
