using System.Net.Http.Headers;

namespace KlingO3.Service;

/// <summary>
/// Redacts the headers and the reason phrase of answers that repeat the API key or a webhook secret (<c>X-Request-Id</c> goes into errors). A
/// <c>Location</c> that does is dropped: the key belongs in no URL. Below <see cref="RedirectHandler"/>.
/// </summary>
/// <param name="secrets">What is redacted.</param>
internal sealed class HeaderEchoHandler(SecretRedactor secrets) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response.ReasonPhrase = response.ReasonPhrase is { } phrase ? secrets.Redact(phrase) : null;
        Redact(response.Headers);
        Redact(response.Content.Headers);
        return response;
    }

    private void Redact(HttpHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated.ToList())
        {
            var redacted = values.Select(secrets.Redact).ToList();
            if (secrets.Redact(name) != name)
            {
                headers.Remove(name);
            }
            else if (!redacted.SequenceEqual(values))
            {
                headers.Remove(name);
                if (!name.Equals("Location", StringComparison.OrdinalIgnoreCase))
                {
                    headers.TryAddWithoutValidation(name, redacted);
                }
            }
        }
    }
}
