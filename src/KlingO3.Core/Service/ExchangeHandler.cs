using System.Diagnostics;
using System.Globalization;

namespace KlingO3.Service;

/// <summary>
/// Tells each request and its answer, every attempt of a retry included. Above the key, and without the query of a file's URL, which may be a
/// signature.
/// </summary>
/// <param name="log">Where to.</param>
/// <param name="withQuery">Whether the query is told: only for the service's own addresses.</param>
internal sealed class ExchangeHandler(ExchangeLog log, bool withQuery) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!log.IsRead)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var begun = Stopwatch.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            Tell(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            return response;
        }
        catch (Exception error)
        {
            Tell(error.GetType().Name);
            throw;
        }

        void Tell(string end)
        {
            var what = request.RequestUri?.GetComponents(withQuery ? UriComponents.HttpRequestUrl : UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
            log.Write(string.Create(CultureInfo.InvariantCulture, $"{request.Method} {what}: {end}, {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms"));
        }
    }
}
