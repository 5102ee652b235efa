using KlingO3.Bulk;
using KlingO3.Service;

namespace KlingO3.Files;

/// <summary>
/// Saves finished predictions: to a partial file first, resumed where it stopped, checked, and renamed in one step. At most
/// <see cref="SaveOptions.MaxDownloads"/> at once in a process.
/// </summary>
internal sealed class Downloader(KlingService service, FileTransfer transfer, LedgerAccess ledger, TimeProvider time)
{
    private static readonly SemaphoreSlim Places = new(SaveOptions.MaxDownloads, SaveOptions.MaxDownloads);
    private static readonly TimeSpan HeldElsewhere = TimeSpan.FromMilliseconds(250);

    /// <summary>Saves every video of a prediction.</summary>
    public async Task<IReadOnlyList<SavedVideo>> SaveAsync(KlingPrediction prediction, SaveOptions options, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        await Places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            prediction = await WithOutputsAsync(prediction, cancellationToken).ConfigureAwait(false);
            var saved = new List<SavedVideo>();
            for (var index = 0; index < prediction.Outputs.Count; index++)
            {
                saved.Add(await SaveAsync(prediction, index, options, bytes, cancellationToken).ConfigureAwait(false));
            }

            return saved;
        }
        finally
        {
            Places.Release();
        }
    }

    /// <summary>A prediction that came through a CSV has an id and little else: the service tells the rest.</summary>
    private async Task<KlingPrediction> WithOutputsAsync(KlingPrediction prediction, CancellationToken cancellationToken)
    {
        if (!prediction.IsFinal() || (prediction.Status == KlingStatus.Success && prediction.Outputs.Count == 0))
        {
            prediction = (await service.GetAsync(prediction.Id!, cancellationToken).ConfigureAwait(false)).Update(prediction, time.GetUtcNow());
        }

        return prediction switch
        {
            { Status: KlingStatus.Error or KlingStatus.Cancelled } => throw FileErrors.Ended(prediction),
            { Status: not KlingStatus.Success } => throw FileErrors.NotFinal(prediction),
            { Outputs.Count: 0 } => throw FileErrors.Download(prediction.Id!, "the service gave no URL for it"),
            _ => prediction,
        };
    }

    private async Task<SavedVideo> SaveAsync(KlingPrediction prediction, int index, SaveOptions options, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        var id = prediction.Id!;
        var fetch = new VideoFetch(transfer, service, id, index, prediction.Outputs[index]);
        var url = await fetch.UrlAsync(cancellationToken).ConfigureAwait(false);
        var target = new VideoTarget(Path.Combine(options.Destination, FileNames.Of(options.FileName, prediction, index, url)), id, index, options);
        try
        {
            Directory.CreateDirectory(options.Destination);
            while (true)
            {
                if (await TrySaveAsync(target, fetch, bytes, cancellationToken).ConfigureAwait(false) is { } saved)
                {
                    return saved;
                }

                // Another command or process downloads to this name: when it is done, the file is there.
                await Task.Delay(HeldElsewhere, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw FileErrors.Store(id, target.Path, error);
        }
    }

    /// <summary>Saves a video, unless it is there. Null: another download works on its name, or has just ended.</summary>
    private async Task<SavedVideo?> TrySaveAsync(VideoTarget target, VideoFetch fetch, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        // While a download to this name runs, it is not yet known which video will have it.
        var working = PartialFile.IsThere(target.Path);
        var there = WhatIsAt(target);
        if (there == FoundFile.Unknown && !target.Options.Force && !target.IsTaken && await fetch.IsSameAsync(target, cancellationToken).ConfigureAwait(false))
        {
            Remember(target);
            there = FoundFile.Whole;
        }

        if (there == FoundFile.Whole && target.TryClaim())
        {
            return new SavedVideo(target.Path, target.PredictionId, WasThere: true);
        }

        if (!working && !target.MayReplace(there))
        {
            throw target.Occupied();
        }

        using var partial = PartialFile.TryOpen(target.Path, target.Identity);
        if (partial is null)
        {
            return null;
        }

        // Asked again: the download that held the name until now may just have finished.
        if (!target.MayReplace(there))
        {
            partial.Discard();
            return null;
        }

        if (WhatIsAt(target) != there)
        {
            return null;
        }

        await fetch.FetchAsync(partial, bytes, cancellationToken).ConfigureAwait(false);
        Finish(partial, target, overwrite: target.Options.Force || there == FoundFile.Damaged);
        return new SavedVideo(target.Path, target.PredictionId, WasThere: false);
    }

    private FoundFile WhatIsAt(VideoTarget target)
    {
        // The note is asked before the ledger: it goes only when the ledger knows.
        if (PartialFile.WasRenamed(target.Path, target.Identity))
        {
            Remember(target);
            return FoundFile.Whole;
        }

        var file = new FileInfo(target.Path);
        if (!file.Exists)
        {
            return FoundFile.Nothing;
        }

        var saved = ledger.Try(open => open.Files(target.PredictionId), []).FirstOrDefault(saved => saved.Index == target.Index && saved.Path == target.Path);
        if (saved is null)
        {
            return FoundFile.Unknown;
        }

        if (saved.Length != file.Length)
        {
            using var content = OwnFile.OpenRead(target.Path);
            return VideoFile.Problem(content, target.Path) is null ? FoundFile.Other : FoundFile.Damaged;
        }

        PartialFile.Clear(target.Path);
        return FoundFile.Whole;
    }

    private void Finish(PartialFile partial, VideoTarget target, bool overwrite)
    {
        target.Require(overwrite);
        try
        {
            KlingEventSource.Log.DownloadRenaming(target.PredictionId);
            partial.Finish(overwrite);
            KlingEventSource.Log.DownloadRenamed(target.PredictionId);
        }
        catch
        {
            target.Release();
            throw;
        }

        Remember(target);
    }

    /// <summary>So that the next run knows the file for what it is. Where there is no ledger yet, one is made; where it fails, the note stays.</summary>
    private void Remember(VideoTarget target)
    {
        try
        {
            ledger.Required.AddFile(target.PredictionId, new SavedFile(target.Path, new FileInfo(target.Path).Length, target.Index));
            PartialFile.Clear(target.Path);
        }
        catch (Exception error) when (error is KlingException or ObjectDisposedException)
        {
            // The video is saved, and that is what matters.
        }
    }
}
