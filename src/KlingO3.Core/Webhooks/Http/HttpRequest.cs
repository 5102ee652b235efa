namespace KlingO3.Webhooks.Http;

/// <summary>A request that came in whole, or as far as it was refused.</summary>
/// <param name="Head">Its head; null where it was refused before that was known.</param>
/// <param name="Body">Its body; null where it was refused before that was read.</param>
/// <param name="Refusal">Why it was refused; null where it is whole.</param>
internal sealed record HttpRequest(RequestHead? Head, BodyBuffer? Body, WebhookRefusal? Refusal) : IDisposable
{
    public void Dispose() => Body?.Dispose();
}
