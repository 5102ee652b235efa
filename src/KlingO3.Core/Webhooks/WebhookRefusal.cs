namespace KlingO3.Webhooks;

/// <summary>Why a delivery is not taken. It never holds anything that the delivery said.</summary>
/// <param name="StatusCode">The HTTP status that the sender is answered.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
internal sealed record WebhookRefusal(int StatusCode, string Reason)
{
    public static WebhookRefusal Malformed { get; } = new(400, "it is not well-formed HTTP");

    public static WebhookRefusal NotJson { get; } = new(400, "its body is not JSON that names a prediction (exec_id)");

    public static WebhookRefusal Unsigned { get; } = new(401, "it has no signature (X-Webhook-Signature and X-Webhook-Timestamp)");

    public static WebhookRefusal Legacy { get; } =
        new(401, "it has no signature but the older plain header X-Webhook-Secret, which is accepted only with -AllowLegacySecret");

    public static WebhookRefusal Forged { get; } = new(401, "its signature is not one by the secret");

    public static WebhookRefusal WrongSecret { get; } = new(401, "its X-Webhook-Secret is not the secret");

    public static WebhookRefusal Stale { get; } = new(401, "its X-Webhook-Timestamp is more than 300 s away from this machine's clock");

    public static WebhookRefusal WrongPath { get; } = new(404, "its path or its host is not the one of the prefix");

    public static WebhookRefusal NotPost { get; } = new(405, "it is not a POST");

    public static WebhookRefusal HeadTooSlow { get; } = new(408, "its headers did not come in time");

    public static WebhookRefusal TooSlow { get; } = new(408, "its body did not come in time");

    public static WebhookRefusal TooLarge { get; } = new(413, "its body is larger than 1 MB");

    public static WebhookRefusal WrongExpectation { get; } = new(417, "its Expect header is not 100-continue");

    public static WebhookRefusal HeadTooLarge { get; } = new(431, "its headers are larger than 16 KB, or more than 100");

    public static WebhookRefusal WrongEncoding { get; } = new(501, "its Transfer-Encoding is not chunked");

    public static WebhookRefusal TooMany { get; } = new(503, "too many came at once; the service sends it again");

    public static WebhookRefusal Evicted { get; } = new(503, "it was not complete, and others needed its connection");

    public static WebhookRefusal WrongVersion { get; } = new(505, "its version of HTTP is not 1.0 or 1.1");

    /// <summary>The refusal as an error.</summary>
    public KlingException ToException() => new(
        KlingErrorId.WebhookRejected,
        $"A webhook delivery was refused: {Reason}.",
        "If it is one of the service's, check that the secret is the one that the video was created with, and this machine's clock. Nothing is lost: Wait-KlingPrediction finds how the prediction ended.")
    {
        StatusCode = StatusCode,
    };
}
