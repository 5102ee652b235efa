namespace KlingO3.Webhooks;

/// <summary>The headers of a delivery that prove where it comes from (api.md, "Webhooks").</summary>
/// <param name="Signature"><c>sha256=</c> and the HMAC in hex.</param>
/// <param name="Timestamp">Unix seconds.</param>
/// <param name="Secret">The secret itself, in older deliveries.</param>
internal sealed record WebhookHeaders(string? Signature, string? Timestamp, string? Secret)
{
    /// <summary>Picks them out.</summary>
    /// <param name="header">Gives the value of a header, whatever the case of its name; null where there is none.</param>
    public static WebhookHeaders From(Func<string, string?> header) =>
        new(header("X-Webhook-Signature"), header("X-Webhook-Timestamp"), header("X-Webhook-Secret"));

    // The secret would be in the text that a record makes of itself.
    public override string ToString() => nameof(WebhookHeaders);
}
