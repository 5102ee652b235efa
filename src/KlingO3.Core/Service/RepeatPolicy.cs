using System.Net;
using Polly;

namespace KlingO3.Service;

/// <summary>
/// The retries of what is safe to repeat (GET, cancel): lost answers, 408, 429 and 5xx, with jittered backoff, or as long as
/// <c>Retry-After</c> says. A policy of our own because it waits by the injected clock and honours the service's header.
/// Never used for a create.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="backoff">The pauses where the service names none.</param>
/// <param name="budget">The longest that all attempts and pauses may take together.</param>
/// <param name="attempts">The most attempts.</param>
internal sealed class RepeatPolicy(TimeProvider time, Backoff backoff, TimeSpan budget, int attempts) : AsyncPolicy<HttpResponseMessage>
{
    protected override async Task<HttpResponseMessage> ImplementationAsync(
        Func<Context, CancellationToken, Task<HttpResponseMessage>> action,
        Context context,
        CancellationToken cancellationToken,
        bool continueOnCapturedContext)
    {
        var began = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var last = attempt == attempts;
            TimeSpan pause;
            try
            {
                var response = await action(context, cancellationToken).ConfigureAwait(false);
                if (last || !MayPass(response.StatusCode))
                {
                    return response;
                }

                // A Retry-After of nothing names no pause: five attempts at once would help nobody.
                var asked = RetryAfterHeader.Read(response.Headers, time.GetUtcNow());
                pause = asked > TimeSpan.Zero ? asked.Value : backoff.After(attempt);
                if (time.GetElapsedTime(began) + pause > budget)
                {
                    return response;
                }

                response.Dispose();
            }
            catch (HttpRequestException) when (!last && time.GetElapsedTime(began) < budget)
            {
                pause = backoff.After(attempt);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a call that failed with this error, its own retries included, may work later.</summary>
    public static bool IsTransient(KlingException error) =>
        error.ErrorId is KlingErrorId.ServerError or KlingErrorId.NetworkError or KlingErrorId.RateLimited or KlingErrorId.BadResponse;

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
}
