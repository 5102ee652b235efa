namespace KlingO3;

/// <summary>
/// The one exception that leaves KlingO3: what went wrong, where, and what to do next.
/// In PowerShell it is <c>$_.Exception</c> of the error record. Control characters and the like in its texts are visible (<c>\n</c>, <c>\u001B</c>),
/// wherever they come from.
/// </summary>
public class KlingException : Exception
{
    private readonly string? _predictionId;
    private readonly string? _serviceMessage;
    private readonly string? _requestId;

    /// <summary>Makes an exception.</summary>
    /// <param name="errorId">One of <see cref="KlingErrorId"/>.</param>
    /// <param name="message">What happened and to what.</param>
    /// <param name="recommendedAction">What the user should do next.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public KlingException(string errorId, string message, string recommendedAction, Exception? innerException = null)
        : this(errorId, message, [], recommendedAction, innerException)
    {
    }

    /// <summary>Makes an exception whose message is a list.</summary>
    /// <param name="errorId">One of <see cref="KlingErrorId"/>.</param>
    /// <param name="message">What happened and to what.</param>
    /// <param name="items">What follows the message, each on a line of its own.</param>
    /// <param name="recommendedAction">What the user should do next.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public KlingException(string errorId, string message, IReadOnlyList<string> items, string recommendedAction, Exception? innerException = null)
        : base(string.Join("\n- ", (items ?? []).Prepend(message).Select(VisibleText.Of)), innerException)
    {
        ErrorId = errorId;
        RecommendedAction = VisibleText.Of(recommendedAction);
    }

    /// <summary>One of <see cref="KlingErrorId"/>.</summary>
    public string ErrorId { get; }

    /// <summary>What to do next, in a sentence or two.</summary>
    public string RecommendedAction { get; }

    /// <summary>The prediction that the error is about, if there is one.</summary>
    public string? PredictionId { get => _predictionId; init => _predictionId = VisibleText.Of(value); }

    /// <summary>The HTTP status code of the service's answer, if it gave one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The service's own words, shortened to 500 characters.</summary>
    public string? ServiceMessage { get => _serviceMessage; init => _serviceMessage = VisibleText.Of(value); }

    /// <summary>The service's <c>X-Request-Id</c>, which its support asks for.</summary>
    public string? RequestId { get => _requestId; init => _requestId = VisibleText.Of(value); }

    /// <summary>How long the service asked to wait (<c>Retry-After</c>), if it did: at most 15 minutes.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
