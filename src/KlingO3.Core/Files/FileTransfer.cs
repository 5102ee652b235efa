using System.Net;
using System.Net.Http.Headers;
using KlingO3.Input.Checks;
using KlingO3.Service;

namespace KlingO3.Files;

/// <summary>
/// Fetches one file over HTTP into a partial file: resumes with Range and If-Range, tries again after a break, gives up on a server that
/// sends nothing. The API key never goes along.
/// </summary>
internal sealed class FileTransfer(HttpClient http, bool allowLoopback, TimeProvider time)
{
    private const int BufferLength = 128 * 1024;
    private const int MostRedirects = 5;

    /// <summary>Attempts in a row that bring nothing new.</summary>
    public const int MaxAttempts = 6;

    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(15));
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(60);

    /// <summary>An output's URL, if it is one that may be fetched: https to a public host, or loopback while the service itself is there.</summary>
    public Uri Checked(string predictionId, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && PublicHost.MayFetch(uri, allowLoopback)
            ? uri
            : throw FileErrors.Download(predictionId, "its URL is not https to a public host");

    /// <summary>The limits of a download that begins now.</summary>
    public DownloadPace BeginPace() => new(time);

    /// <summary>Fetches the rest of the file.</summary>
    /// <param name="predictionId">The prediction that made it.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="partial">What came of it so far.</param>
    /// <param name="attempts">The most attempts in a row that bring nothing new; those after one that did are <see cref="MaxAttempts"/>.</param>
    /// <param name="pace">The limits of the download.</param>
    /// <param name="bytes">Receives the bytes as they come.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="DownloadLimitException">It went beyond a limit.</exception>
    public async Task FetchAsync(string predictionId, Uri url, PartialFile partial, int attempts, DownloadPace pace, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        var most = partial.Length;
        for (var attempt = 1; ; attempt++)
        {
            pace.RequireTime();
            string trouble;
            Exception? cause = null;
            try
            {
                using var response = await AskAsync(url, partial, predictionId, cancellationToken).ConfigureAwait(false);
                switch (response.StatusCode)
                {
                    case HttpStatusCode.OK or HttpStatusCode.PartialContent:
                        await ReceiveAsync(response, partial, predictionId, pace, bytes, cancellationToken).ConfigureAwait(false);
                        return;
                    case HttpStatusCode.RequestedRangeNotSatisfiable when response.Content.Headers.ContentRange?.Length == partial.Length && partial.Length > 0:
                        return;
                    case HttpStatusCode.RequestedRangeNotSatisfiable:
                        partial.Restart();
                        trouble = "the server has another file than before";
                        break;
                    case >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout:
                        trouble = $"the server answers HTTP {(int)response.StatusCode}";
                        break;
                    default:
                        throw FileErrors.Download(predictionId, $"the server answers HTTP {(int)response.StatusCode}");
                }
            }
            catch (Exception error) when (error is HttpRequestException or TransferBrokeException)
            {
                (trouble, cause) = (error.Message, error);
            }

            // Only what goes beyond all that was there before: a server that begins anew each time must not keep this going for ever.
            if (partial.Length > most)
            {
                (most, attempt, attempts) = (partial.Length, 1, MaxAttempts);
            }

            if (attempt >= attempts)
            {
                throw FileErrors.Download(predictionId, trouble, cause);
            }

            await Task.Delay(Pauses.After(attempt), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a file is what lies at a URL; null where that cannot be learned.</summary>
    /// <param name="predictionId">The prediction that made it.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="path">The file.</param>
    /// <param name="isNamedById">Whether the file's name has the prediction's id: then its length is proof enough, where the server tells it.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    public async Task<bool?> IsSameAsync(string predictionId, Uri url, string path, bool isNamedById, CancellationToken cancellationToken)
    {
        try
        {
            var file = OwnFile.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                if (VideoFile.Problem(file, path) is not null)
                {
                    return false;
                }

                using var response = await AskAsync(url, null, predictionId, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    return null;
                }

                var length = response.Content.Headers.ContentLength;
                return (length is null || length == file.Length)
                    && ((isNamedById && length is not null) || await HasBytesOfAsync(file, response, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception error) when (error is HttpRequestException or TransferBrokeException or DownloadLimitException or KlingException)
        {
            return null;
        }
    }

    private async Task<bool> HasBytesOfAsync(FileStream file, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (theirs, ours) = (new byte[BufferLength], new byte[BufferLength]);
        var pace = new DownloadPace(time);
        file.Position = 0;
        var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            int read;
            while ((read = await InTimeAsync(token => content.ReadAsync(theirs, token), cancellationToken).ConfigureAwait(false)) > 0)
            {
                var same = await file.ReadAtLeastAsync(ours.AsMemory(0, read), read, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                pace.Count(read);
                if (same != read || !ours.AsSpan(0, read).SequenceEqual(theirs.AsSpan(0, read)))
                {
                    return false;
                }
            }
        }

        return file.Position == file.Length;
    }

    private async Task<HttpResponseMessage> AskAsync(Uri url, PartialFile? partial, string predictionId, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (partial is { Length: > 0, Validator: { } validator })
            {
                request.Headers.Range = new RangeHeaderValue(partial.Length, null);
                request.Headers.TryAddWithoutValidation("If-Range", validator);
            }

            var response = await InTimeAsync(
                token => new ValueTask<HttpResponseMessage>(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token)), cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            if (redirects == MostRedirects || !Uri.TryCreate(url, location, out var next))
            {
                throw FileErrors.Download(predictionId, redirects == MostRedirects ? "the server redirects without end" : "the server redirects to no address");
            }

            url = Checked(predictionId, next.AbsoluteUri);
        }
    }

    private async Task ReceiveAsync(
        HttpResponseMessage response, PartialFile partial, string predictionId, DownloadPace pace, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        var range = response.Content.Headers.ContentRange;
        if (response.StatusCode == HttpStatusCode.OK)
        {
            partial.Restart(ResumeValidator.Of(response));
        }
        else if (range?.From != partial.Length || ResumeValidator.IsOther(response, partial.Validator))
        {
            partial.Restart();
            throw new TransferBrokeException("the server sent another part than was asked for");
        }

        var whole = range?.Length ?? (response.Content.Headers.ContentLength is { } rest ? partial.Length + rest : null);
        DownloadPace.RequireRoom(partial, whole);
        await CopyAsync(response, partial, whole, predictionId, pace, bytes, cancellationToken).ConfigureAwait(false);
        if (whole is { } expected && partial.Length != expected)
        {
            throw new TransferBrokeException($"the connection ended after {partial.Length} of {expected} bytes");
        }
    }

    private async Task CopyAsync(
        HttpResponseMessage response, PartialFile partial, long? whole, string predictionId, DownloadPace pace, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                int read;
                while ((read = await InTimeAsync(token => content.ReadAsync(buffer, token), cancellationToken).ConfigureAwait(false)) > 0)
                {
                    pace.RequireRoom(partial, read, whole);
                    await partial.AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    bytes?.Report(read);
                    KlingEventSource.Log.DownloadWritten(predictionId, read);
                    pace.Count(read);
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Network trouble is not the disk's: it is told apart here, where nothing is written.</summary>
    private async Task<T> InTimeAsync<T>(Func<CancellationToken, ValueTask<T>> exchange, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Stalled, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await exchange(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler tells of its ConnectTimeout as a cancellation too.
            throw new TransferBrokeException(timer.IsCancellationRequested ? $"nothing came for {Stalled.InSeconds()}" : "no connection could be made in time", error);
        }
        catch (IOException error)
        {
            throw new TransferBrokeException(error.Message, error);
        }
    }
}
