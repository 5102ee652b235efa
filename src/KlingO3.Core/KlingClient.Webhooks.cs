using KlingO3.Bulk;
using KlingO3.Webhooks;

namespace KlingO3;

/// <content>Webhooks: hints that make the service be asked, and never believed in themselves.</content>
public sealed partial class KlingClient
{
    /// <summary>What a prediction that a delivery names is waited for, should it not have ended after all.</summary>
    private static readonly TimeSpan AfterDelivery = TimeSpan.FromHours(1);

    /// <summary>Listens for webhooks; each prediction that one names comes out once, as the service tells it. Dispose of the result to free the port.</summary>
    /// <param name="options">Where to listen, and the secret.</param>
    /// <param name="notices">Where refused deliveries are told of. Called on any thread.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the prefix cannot be listened at.</exception>
    public WebhookReceiver Receive(WebhookOptions options, IProgress<Notice> notices)
    {
        ArgumentNullException.ThrowIfNull(options);
        AddSecret(options);
        return new WebhookReceiver(options, AskOnceAsync, _ledger, notices, _time, WatchAfterDeliveryAsync);
    }

    /// <summary>Listens for webhooks so that <see cref="WaitAsync"/> asks the service when one comes. Dispose of the result to free the port.</summary>
    /// <param name="options">Where to listen, and the secret.</param>
    /// <param name="notices">Where refused deliveries are told of, and webhooks that do not come. Called on any thread.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the prefix cannot be listened at.</exception>
    public WebhookHints ListenForHints(WebhookOptions options, IProgress<Notice> notices)
    {
        ArgumentNullException.ThrowIfNull(options);
        AddSecret(options);
        return new WebhookHints(options, _watcher, notices, _time);
    }

    /// <summary>Checks a delivery that somebody else took in, and asks the service about the prediction that it names.</summary>
    /// <param name="body">The body, byte for byte.</param>
    /// <param name="header">Gives the value of a header, whatever the case of its name; null where there is none.</param>
    /// <param name="options">The secret; the prefix is not used.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="KlingException"><c>KlingWebhookRejected</c> with the HTTP status for its sender; or why the service will not tell.</exception>
    public Task<KlingPrediction> ReadWebhookAsync(ReadOnlyMemory<byte> body, Func<string, string?> header, WebhookOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        AddSecret(options);
        var refusal = body.Length > DeliveryBody.Largest ? WebhookRefusal.TooLarge : new WebhookVerifier(options, _time).Check(WebhookHeaders.From(header), body.Span);
        if (refusal is not null)
        {
            throw refusal.ToException();
        }

        return AskAsync(WebhookPayload.ReadId(body) ?? throw WebhookRefusal.NotJson.ToException(), cancellationToken);
    }

    private void AddSecret(WebhookOptions options)
    {
        if (options.Secret is { } secret)
        {
            _http.Secrets.Add(secret);
        }
    }

    /// <summary>What the service says of a prediction that a delivery says has ended. The delivery may be ahead of it.</summary>
    private async Task<KlingPrediction> AskAsync(string id, CancellationToken cancellationToken)
    {
        var asked = await AskOnceAsync(id, cancellationToken).ConfigureAwait(false);
        return asked.IsFinal() ? asked : await WatchAfterDeliveryAsync(asked, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the service says now; only the id where it cannot be asked just now.</summary>
    private async Task<KlingPrediction> AskOnceAsync(string id, CancellationToken cancellationToken)
    {
        if (_http.Secrets.Redact(id) != id)
        {
            throw WebhookRefusal.NotJson.ToException();
        }

        try
        {
            return await GetAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (KlingException error) when (error.ErrorId is KlingErrorId.NetworkError or KlingErrorId.ServerError or KlingErrorId.RateLimited or KlingErrorId.BadResponse)
        {
            return new KlingPrediction { Id = id };
        }
    }

    private Task<KlingPrediction> WatchAfterDeliveryAsync(KlingPrediction asked, CancellationToken cancellationToken) =>
        _watcher.WatchAsync(asked, AfterDelivery, null, Urgency.Interval, cancellationToken);
}
