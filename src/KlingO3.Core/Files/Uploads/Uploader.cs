using KlingO3.Bulk;
using KlingO3.Service;

namespace KlingO3.Files;

/// <summary>
/// Brings local files to where the service can fetch them, each content once: the ledger remembers its URL until that expires, for all rows,
/// runs and processes of the account.
/// </summary>
internal sealed class Uploader(KlingService service, LedgerAccess ledger, UploadTransfer transfer, ServiceClock clock, bool allowLoopback, TimeProvider time)
{
    /// <summary>The largest file that the service lets be uploaded, in bytes (its documentation: 100 MB).</summary>
    public const long LargestUpload = 100_000_000;

    /// <summary>What is left of the life of a URL that is used again: its job may have to wait for a slot.</summary>
    private static readonly TimeSpan LeastLife = TimeSpan.FromHours(1);

    /// <summary>What a URL is trusted for whose end the service does not tell.</summary>
    private static readonly TimeSpan UntoldLife = TimeSpan.FromDays(1);

    private static readonly TimeSpan ElsewhereLook = TimeSpan.FromMilliseconds(100);

    private readonly FileFingerprints _files = new();

    /// <summary>Reads a file, to know its content.</summary>
    /// <exception cref="KlingException">KlingUploadFailed.</exception>
    public Task<FileFingerprint> ReadAsync(string path, CancellationToken cancellationToken) => _files.ReadAsync(path, cancellationToken);

    /// <summary>Brings a file to the service, or to a storage of the user's own.</summary>
    public async Task<KlingAsset> PublishAsync(string path, UploadOptions options, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        Check(options);
        var file = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        if (options.Storage is null)
        {
            RequireSize(file);
        }

        if (!options.AnyFile)
        {
            file.RequireMedia();
        }

        var stored = options.Storage is { } storage
            ? await ToStorageAsync(file, storage, notices, cancellationToken).ConfigureAwait(false)
            : await ToServiceAsync(file, options, notices, cancellationToken).ConfigureAwait(false);
        return new KlingAsset { Url = stored.Url, Path = file.Path, Length = file.Length, Sha256 = file.Sha256, ExpiresAt = stored.ExpiresAt };
    }

    /// <summary>The URL of a content at the service, uploaded now unless it is remembered.</summary>
    public async Task<StoredUpload> ToServiceAsync(FileFingerprint file, UploadOptions options, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        RequireSize(file);
        var content = new UploadContent(file.Sha256, file.ContentType);
        var least = options.ExpiresIn is { } life && life / 2 < LeastLife ? life / 2 : LeastLife;
        while (true)
        {
            switch (ledger.Required.ClaimUpload(content, new UploadTerms(least, options.ExpiresIn, options.Force)))
            {
                case UploadClaim.Known(var stored):
                    notices.Report(new Notice(NoticeLevel.Verbose, $"{file.Path}: uploaded before, its URL is used again"));
                    return stored;
                case UploadClaim.Granted:
                    return await SendAsync(file, content, options, notices, cancellationToken).ConfigureAwait(false);
                default:
                    await Task.Delay(ElsewhereLook, time, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Presign and PUT. What a process that dies in between leaves behind is a claim without an owner, and a file that nobody asks for.</summary>
    private async Task<StoredUpload> SendAsync(FileFingerprint file, UploadContent content, UploadOptions options, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        var kept = false;
        try
        {
            UploadSlot? slot = null;
            var watch = new UploadWatch(file, notices, time);
            await transfer.PutAsync(file, AskAsync, expires: true, watch, cancellationToken).ConfigureAwait(false);
            KlingEventSource.Log.UploadSent(file.Sha256);
            var expires = slot!.ExpiresAt - (clock.Ahead ?? TimeSpan.Zero) ?? time.GetUtcNow() + (options.ExpiresIn ?? UntoldLife);
            var stored = new StoredUpload(slot.PublicUrl.AbsoluteUri, expires);
            ledger.Required.KeepUpload(content, stored);
            kept = true;
            KlingEventSource.Log.UploadKept(file.Sha256);
            watch.Done();
            return stored;

            async Task<UploadTarget> AskAsync(CancellationToken token)
            {
                slot = await service.PresignAsync(file.ContentType, ContentTypes.KindOf(file.ContentType), options.ExpiresIn, token).ConfigureAwait(false);
                if (!UploadTransfer.IsAllowed(slot.Url, allowLoopback) || !UploadTransfer.IsAllowed(slot.PublicUrl, allowLoopback))
                {
                    throw ServiceErrors.BadResponse("an upload address that is not https");
                }

                KlingEventSource.Log.UploadSending(file.Sha256);
                return new UploadTarget(slot.Url, slot.Headers);
            }
        }
        finally
        {
            if (!kept)
            {
                ledger.Try(open => open.DropUpload(content));
            }
        }
    }

    private async Task<StoredUpload> ToStorageAsync(FileFingerprint file, UploadStorage storage, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        var watch = new UploadWatch(file, notices, time);
        var target = new UploadTarget(storage.UploadUrl, storage.Headers);
        await transfer.PutAsync(file, _ => Task.FromResult(target), expires: false, watch, cancellationToken).ConfigureAwait(false);
        watch.Done();
        return new StoredUpload((storage.PublicUrl ?? new UriBuilder(storage.UploadUrl) { Query = "", Fragment = "" }.Uri).AbsoluteUri, null);
    }

    private static void RequireSize(FileFingerprint file)
    {
        if (file.Length > LargestUpload)
        {
            throw UploadErrors.TooLarge(file.Path, file.Length);
        }
    }

    private static void Check(UploadOptions options)
    {
        if (options.ExpiresIn is { } life && (life < UploadOptions.ShortestLife || life > UploadOptions.LongestLife))
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"ExpiresIn is {life}: the service takes 60 seconds to 365 days.", "Give for example -ExpiresIn 7.00:00:00 (seven days).");
        }

        if (options.Storage is not { } storage)
        {
            return;
        }

        if (!UploadTransfer.IsAllowed(storage.UploadUrl, allowLoopback: true))
        {
            throw UploadErrors.Storage(storage.UploadUrl.IsAbsoluteUri && storage.UploadUrl.UserInfo.Length > 0 ? "holds a user or a password" : "is not https");
        }

        if (storage.Headers.FirstOrDefault(header => !IsHeader(header.Key, header.Value)).Key is { } wrong)
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"Header '{wrong}' cannot be sent.", "A header has a name of letters, digits and dashes, and a value of one line.");
        }
    }

    private static bool IsHeader(string name, string value) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && value.All(letter => letter is >= ' ' and < (char)127);
}
