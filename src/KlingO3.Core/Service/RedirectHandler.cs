using System.Net;

namespace KlingO3.Service;

/// <summary>
/// Follows 307 and 308 to the same host, and 301/302 too for a GET. A POST never becomes a GET, and nothing is sent to another host:
/// any other redirect is returned as it is, and read as KlingBadResponse. An address is never asked twice: a create that is redirected to where it was
/// sent may have been taken there.
/// </summary>
internal sealed class RedirectHandler : DelegatingHandler
{
    private const int MostRedirects = 3;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var asked = new HashSet<Uri> { request.RequestUri! };
        for (var redirects = 0; redirects < MostRedirects && Target(request, response) is { } target && asked.Add(target); redirects++)
        {
            response.Dispose();
            request = Again(request, target);
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private static Uri? Target(HttpRequestMessage request, HttpResponseMessage response)
    {
        var follows = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            || (request.Method == HttpMethod.Get && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found);
        if (!follows || response.Headers.Location is not { } location)
        {
            return null;
        }

        return Uri.TryCreate(request.RequestUri!, location, out var target) && ApiKeyHandler.SameHost(target, request.RequestUri!) ? target : null;
    }

    private static HttpRequestMessage Again(HttpRequestMessage request, Uri target)
    {
        var again = new HttpRequestMessage(request.Method, target) { Content = request.Content, Version = request.Version };
        foreach (var header in request.Headers)
        {
            again.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return again;
    }
}
