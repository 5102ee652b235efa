using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using KlingO3.Service;

namespace KlingO3.Files;

/// <summary>
/// Sends one file by PUT, which is safe to repeat: again after a break, with a new address when one has expired, and not for ever to a storage
/// that takes nothing. The API key never goes along; a redirect to another host takes none of the upload's headers along but Content-Type.
/// </summary>
internal sealed partial class UploadTransfer(HttpClient http, bool allowLoopback, TimeProvider time)
{
    /// <summary>Some six minutes of a storage that is down.</summary>
    private const int MostAttempts = 12;

    private const string ContentType = "Content-Type";
    private const int MostRedirects = 3;
    private const int MostRenewals = 2;
    private const int LongestAnswer = 4096;

    /// <summary>From this size on, the storage is asked whether it wants the file before it is sent. In bytes.</summary>
    private const long Large = 1_000_000;

    /// <summary>Presigned addresses live for 15 minutes, and an upload must have begun by then.</summary>
    private static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(14);

    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), LongestPause);

    /// <summary>Sends the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="ask">Asks for the address; again where it has expired.</param>
    /// <param name="expires">Whether it can expire: then it is asked for again.</param>
    /// <param name="watch">Told of bytes on their way, and of attempts.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public async Task PutAsync(FileFingerprint file, Func<CancellationToken, Task<UploadTarget>> ask, bool expires, UploadWatch watch, CancellationToken cancellationToken)
    {
        UploadTarget? target = null;
        var (asked, renewals) = (0L, 0);
        for (var attempt = 1; ; attempt++)
        {
            KlingException trouble;
            TimeSpan? wait = null;
            try
            {
                if (target is null || (expires && time.GetElapsedTime(asked) >= LinkLife))
                {
                    target = await ask(cancellationToken).ConfigureAwait(false);
                    asked = time.GetTimestamp();
                }

                var (status, code, retryAfter) = await SendAsync(file, target, watch, cancellationToken).ConfigureAwait(false);
                if (status is >= 200 and < 300)
                {
                    return;
                }

                trouble = UploadErrors.Refused(file.Path, target.Shown, status, code);
                if (status is 403 or 404 or 410 && expires && renewals++ < MostRenewals)
                {
                    target = null;
                    continue;
                }

                if (status is not (408 or 429 or >= 500))
                {
                    throw trouble;
                }

                wait = retryAfter > TimeSpan.Zero ? retryAfter : null;
            }
            catch (Exception error) when (error is HttpRequestException or TransferBrokeException)
            {
                trouble = UploadErrors.Broke(file.Path, target!.Shown, error.InnerException?.Message ?? error.Message, error);
            }
            catch (KlingException error) when (error.ErrorId is KlingErrorId.ServerError or KlingErrorId.NetworkError or KlingErrorId.RateLimited)
            {
                trouble = error;
            }

            if (attempt >= MostAttempts)
            {
                throw trouble;
            }

            var pause = wait is { } told && told < LongestPause ? told : Pauses.After(attempt);
            watch.Again(attempt, trouble, pause);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a file may be sent there: https, or http on this machine, where the service itself or the user's own storage is.</summary>
    public static bool IsAllowed(Uri url, bool allowLoopback) => url.IsAbsoluteUri
        && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && allowLoopback));

    private async Task<(int Status, string? Code, TimeSpan? RetryAfter)> SendAsync(FileFingerprint file, UploadTarget target, UploadWatch watch, CancellationToken cancellationToken)
    {
        var (url, headers) = (target.Url, target.Headers);
        for (var redirects = 0; ; redirects++)
        {
            using var timer = new CancellationTokenSource(Stalled, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            using var body = new UploadBody(file, file.ContentType, count =>
            {
                timer.CancelAfter(Stalled);
                watch.Sent(count);
            });
            using var request = Request(url, headers, body, file.Length);
            watch.Begin();
            try
            {
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                if (redirects < MostRedirects && RedirectTarget(response, url) is { } next)
                {
                    // Once left, the host that the headers were meant for does not get them back either: who sends us there is another one.
                    headers = ApiKeyHandler.SameHost(next, url) ? headers : HeadersForAnotherHost(headers);
                    url = next;
                    continue;
                }

                var wait = RetryAfterHeader.Read(response.Headers, time.GetUtcNow());
                return ((int)response.StatusCode, await CodeAsync(response, either.Token).ConfigureAwait(false), wait);
            }
            catch (Exception) when (body.Trouble is { } trouble)
            {
                throw trouble;
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                // The handler tells of its ConnectTimeout as a cancellation too.
                throw new TransferBrokeException(timer.IsCancellationRequested ? $"nothing moved for {Stalled.InSeconds()}" : "no connection could be made in time", error);
            }
            catch (IOException error)
            {
                throw new TransferBrokeException(error.Message, error);
            }
        }
    }

    private Uri? RedirectTarget(HttpResponseMessage response, Uri url) =>
        (int)response.StatusCode is 307 or 308 && response.Headers.Location is { } location
            && Uri.TryCreate(url, location, out var next) && IsAllowed(next, allowLoopback || url.IsLoopback)
            ? next
            : null;

    /// <summary>Any other header may be a key of the first host, whatever it is called.</summary>
    private static Dictionary<string, string> HeadersForAnotherHost(IReadOnlyDictionary<string, string> headers) =>
        headers.Where(header => header.Key.Equals(ContentType, StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key, header => header.Value);

    private static HttpRequestMessage Request(Uri url, IReadOnlyDictionary<string, string> headers, UploadBody body, long length)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = body };
        request.Headers.ExpectContinue = length >= Large ? true : null;
        foreach (var (name, value) in headers)
        {
            if (name.Equals(ContentType, StringComparison.OrdinalIgnoreCase) && MediaTypeHeaderValue.TryParse(value, out var type))
            {
                body.Headers.ContentType = type;
            }
            else if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                body.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    /// <summary>What an S3 or Azure error calls itself.</summary>
    private static async Task<string?> CodeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return null;
        }

        var buffer = new byte[LongestAnswer];
        var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var count = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return CodePattern().Match(Encoding.UTF8.GetString(buffer, 0, count)) is { Success: true } match ? match.Groups[1].Value : null;
        }
    }

    [GeneratedRegex("<Code>([A-Za-z0-9_.-]{1,80})</Code>")]
    private static partial Regex CodePattern();
}
