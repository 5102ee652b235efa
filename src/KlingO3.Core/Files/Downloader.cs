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
        var url = transfer.Checked(id, prediction.Outputs[index]);
        var target = Path.Combine(options.Destination, FileNames.Of(options.FileName, prediction, index, url));
        try
        {
            Directory.CreateDirectory(options.Destination);
            while (true)
            {
                // While somebody is at work on it, it is not yet said whose it is.
                var working = PartialFile.IsThere(target);
                var there = WhatIsAt(target, id, index);
                if (there == Found.Whole)
                {
                    return new SavedVideo(target, id, WasThere: true);
                }

                var replace = options.Force || there == Found.Damaged;
                if (there == Found.Other && !replace && !working)
                {
                    throw FileErrors.Exists(id, target);
                }

                using (var partial = PartialFile.TryOpen(target, Identity(id, index)))
                {
                    if (partial is not null && there == Found.Other && !replace)
                    {
                        // It is somebody else's, and nobody is at work on it after all.
                        partial.Discard();
                        continue;
                    }

                    // Whoever held it until now may just have finished.
                    if (partial is not null && WhatIsAt(target, id, index) == there)
                    {
                        await FetchAsync(partial, prediction, index, url, bytes, cancellationToken).ConfigureAwait(false);
                        Finish(partial, id, index, target, replace);
                        return new SavedVideo(target, id, WasThere: false);
                    }
                }

                // Another command or process downloads to this name: when it is done, the file is there.
                await Task.Delay(HeldElsewhere, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw FileErrors.Store(id, target, error);
        }
    }

    /// <summary>What is under a name: this very video, whole or not; or something else, which may be the user's own cut of it.</summary>
    private Found WhatIsAt(string target, string id, int index)
    {
        // The note is asked before the ledger: it goes only when the ledger knows.
        if (PartialFile.WasRenamed(target, Identity(id, index)))
        {
            Remember(id, index, target);
            return Found.Whole;
        }

        var file = new FileInfo(target);
        if (!file.Exists)
        {
            return Found.Nothing;
        }

        var saved = ledger.Try(open => open.Files(id), []).FirstOrDefault(saved => saved.Index == index && saved.Path == target);
        if (saved is null)
        {
            return Found.Other;
        }

        if (saved.Length != file.Length)
        {
            using var content = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return VideoFile.Problem(content, target) is null ? Found.Other : Found.Damaged;
        }

        PartialFile.Clear(target);
        return Found.Whole;
    }

    private static string Identity(string id, int index) => $"{id} {index}";

    private async Task FetchAsync(PartialFile partial, KlingPrediction prediction, int index, Uri url, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        var id = prediction.Id!;
        var source = new VideoSource(id, url, async token => transfer.Checked(id, await FreshUrlAsync(id, index, token).ConfigureAwait(false)));
        await transfer.FetchAsync(source, partial, bytes, cancellationToken).ConfigureAwait(false);
        if (partial.Problem() is null)
        {
            return;
        }

        // What an earlier run left may be at fault: once more, from the beginning.
        partial.Restart();
        await transfer.FetchAsync(source, partial, bytes, cancellationToken).ConfigureAwait(false);
        if (partial.Problem() is { } problem)
        {
            partial.Restart();
            throw FileErrors.Download(id, $"what the service sent is not a whole video ({problem})");
        }
    }

    /// <summary>Output URLs expire; the prediction hands out new ones.</summary>
    private async Task<string> FreshUrlAsync(string id, int index, CancellationToken cancellationToken)
    {
        var state = await service.GetAsync(id, cancellationToken).ConfigureAwait(false);
        return index < state.Outputs.Count ? state.Outputs[index] : throw FileErrors.Download(id, "its URL has expired and the service gives no new one");
    }

    private void Finish(PartialFile partial, string id, int index, string target, bool overwrite)
    {
        if (File.Exists(target) && !overwrite)
        {
            throw FileErrors.Exists(id, target);
        }

        KlingEventSource.Log.DownloadRenaming(id);
        partial.Finish(overwrite);
        KlingEventSource.Log.DownloadRenamed(id);
        Remember(id, index, target);
    }

    /// <summary>So that the next run knows the file for what it is. Where there is no ledger yet, one is made; where it fails, the note stays.</summary>
    private void Remember(string id, int index, string target)
    {
        try
        {
            ledger.Required.AddFile(id, new SavedFile(target, new FileInfo(target).Length, index));
            PartialFile.Clear(target);
        }
        catch (Exception error) when (error is KlingException or ObjectDisposedException)
        {
            // The video is saved, and that is what matters.
        }
    }

    private enum Found
    {
        Nothing,
        Whole,
        Damaged,
        Other,
    }
}
