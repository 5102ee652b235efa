using System.Net.Http.Headers;

namespace KlingO3.Service;

/// <summary>Adds the API key to requests for the service itself, and to no other. It is the only place that holds the key.</summary>
internal sealed class ApiKeyHandler(Uri service, string apiKey, KlingAuthentication authentication) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } uri && SameHost(uri, service))
        {
            if (authentication == KlingAuthentication.Bearer)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
            }
            else
            {
                request.Headers.Remove("X-API-Key");
                request.Headers.TryAddWithoutValidation("X-API-Key", apiKey);
            }
        }

        return base.SendAsync(request, cancellationToken);
    }

    public static bool SameHost(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
