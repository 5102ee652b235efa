using KlingO3.Service;

namespace KlingO3.Files;

/// <summary>
/// Fetches one video of a prediction. Before any failure becomes final, the service is asked once for the URL that it gives now: stored
/// URLs expire, and one that was wrong when it was stored may be right today. A download that got further may ask again.
/// </summary>
/// <param name="transfer">Fetches from one URL.</param>
/// <param name="service">Gives the URL of now.</param>
/// <param name="predictionId">The prediction.</param>
/// <param name="index">Which of its outputs, from 0.</param>
/// <param name="url">The URL that is stored, as it was told.</param>
internal sealed class VideoFetch(FileTransfer transfer, KlingService service, string predictionId, int index, string url)
{
    private string _url = url;
    private bool _renewed;

    /// <summary>The URL to fetch from.</summary>
    /// <exception cref="KlingException">KlingDownloadFailed: neither the stored nor the renewed URL may be fetched.</exception>
    public async Task<Uri> UrlAsync(CancellationToken cancellationToken)
    {
        try
        {
            return transfer.Checked(predictionId, _url);
        }
        catch (KlingException error) when (!_renewed)
        {
            await RenewAsync(error, cancellationToken).ConfigureAwait(false);
            return transfer.Checked(predictionId, _url);
        }
    }

    /// <summary>Fetches the rest of the video.</summary>
    /// <exception cref="KlingException">KlingDownloadFailed.</exception>
    public async Task FetchAsync(PartialFile partial, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        var attempts = FileTransfer.MaxAttempts;
        var furthest = partial.Length;
        var pace = transfer.BeginPace();
        while (true)
        {
            try
            {
                await FetchWholeAsync(partial, attempts, pace, bytes, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DownloadLimitException error)
            {
                throw FileErrors.Limit(predictionId, error);
            }
            catch (KlingException error) when (!_renewed || partial.Length > furthest)
            {
                furthest = Math.Max(furthest, partial.Length);

                // The same URL again is worth one more attempt, not another round of them.
                attempts = await RenewAsync(error, cancellationToken).ConfigureAwait(false) ? FileTransfer.MaxAttempts : 1;
            }
        }
    }

    /// <summary>Whether a file is this video, going by what lies at its URL. False too where that cannot be learned.</summary>
    public async Task<bool> IsSameAsync(VideoTarget target, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var isSame = await transfer.IsSameAsync(predictionId, transfer.Checked(predictionId, _url), target.Path, target.IsNamedById, cancellationToken).ConfigureAwait(false);
                if (isSame is { } answer)
                {
                    return answer;
                }

                if (_renewed || !await RenewAsync(FileErrors.Download(predictionId, "its URL could not be read"), cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }
        }
        catch (KlingException)
        {
            return false;
        }
    }

    private async Task FetchWholeAsync(PartialFile partial, int attempts, DownloadPace pace, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        // What an earlier run left may be at fault: once more, from the beginning.
        for (var more = attempts > 1; ; more = false)
        {
            await transfer.FetchAsync(predictionId, transfer.Checked(predictionId, _url), partial, attempts, pace, bytes, cancellationToken).ConfigureAwait(false);
            if (partial.Problem() is not { } problem)
            {
                return;
            }

            partial.Restart();
            if (!more)
            {
                throw FileErrors.Download(predictionId, $"what the service sent is not a whole video ({problem})");
            }
        }
    }

    /// <summary>Asks the service for the URL. Whether it gives another one than before.</summary>
    private async Task<bool> RenewAsync(KlingException failure, CancellationToken cancellationToken)
    {
        _renewed = true;
        try
        {
            var state = await service.GetAsync(predictionId, cancellationToken).ConfigureAwait(false);
            if (index >= state.Outputs.Count)
            {
                throw FileErrors.NotRenewed(predictionId, failure, $"it gives none, its status is {state.Status}");
            }

            var previous = _url;
            _url = state.Outputs[index];
            return _url != previous;
        }
        catch (KlingException error) when (error.ErrorId != KlingErrorId.DownloadFailed)
        {
            throw FileErrors.NotRenewed(predictionId, failure, error.Message.TrimEnd('.'));
        }
    }
}
