namespace KlingO3.Service;

/// <summary>
/// Redacts what the service says, should it repeat the API key ("there is no key …") or a webhook secret: its words go into errors, transcripts
/// and the ledger. Above <see cref="AttemptHandler"/>, which has the body in memory; headers are <see cref="HeaderEchoHandler"/>'s.
/// </summary>
/// <param name="secrets">What is redacted.</param>
internal sealed class KeyEchoHandler(SecretRedactor secrets) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } uri && secrets.HasKey(uri.OriginalString))
        {
            throw new KlingException(
                KlingErrorId.InvalidInput, "The API key was given where an id or the name of a model belongs. Nothing was sent.", "Give the id or the name. The key belongs in Connect-Kling -ApiKey or $env:EACHLABS_API_KEY.");
        }

        var isSecret = request.Options.TryGetValue(SecretRedactor.WebhookSecret, out var secret) && secret is not null;
        if (isSecret)
        {
            secrets.Add(secret!);
        }

        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error) when (secrets.Redact(error.ToString()) is var text && text != error.ToString())
        {
            throw Redacted(error);
        }

        await RedactBodyAsync(response, isSecret, cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <summary>
    /// Webhook secrets are words that people chose, and may be part of a prompt: they are not taken out of an input that the service repeats, since
    /// lost creates are found by it.
    /// </summary>
    private async Task RedactBodyAsync(HttpResponseMessage response, bool isCreate, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (isCreate || !response.IsSuccessStatusCode ? secrets.Redact(body) : secrets.RedactKey(body))
        {
            var type = response.Content.Headers.ContentType;
            response.Content = new ByteArrayContent(body) { Headers = { ContentType = type } };
        }
    }

    /// <summary>An invalid status line or header is in the exception's own text. Its causes may repeat it, and are left out.</summary>
    private HttpRequestException Redacted(HttpRequestException error)
    {
        Exception innermost = error;
        while (innermost.InnerException is { } inner)
        {
            innermost = inner;
        }

        return new HttpRequestException(error.HttpRequestError, secrets.Redact(innermost.Message), null, error.StatusCode);
    }
}
