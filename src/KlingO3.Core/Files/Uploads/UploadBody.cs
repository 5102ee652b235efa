using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace KlingO3.Files;

/// <summary>
/// The bytes of a file on their way, read as they are sent. The last of them are held back until it is sure that all are those whose hash is
/// known: a file that changed meanwhile leaves half an upload behind, which is none.
/// </summary>
internal sealed class UploadBody : HttpContent
{
    private readonly FileFingerprint _file;
    private readonly Action<int> _sent;

    /// <param name="file">The file as it was read before.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="sent">Told of bytes that were handed to the connection.</param>
    public UploadBody(FileFingerprint file, string contentType, Action<int> sent)
    {
        (_file, _sent) = (file, sent);
        Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        Headers.ContentLength = file.Length;
    }

    /// <summary>What is wrong with the file itself: no other attempt would mend it.</summary>
    public KlingException? Trouble { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FileFingerprint.BufferLength);
        var file = Guarded(() => FileFingerprint.Open(_file.Path));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var left = _file.Length; left > 0;)
            {
                var count = await ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken).ConfigureAwait(false);
                hash.AppendData(buffer, 0, count);
                left -= count;
                if (count == 0 || (left == 0 && !IsWhole(file, hash)))
                {
                    throw Trouble = UploadErrors.Changed(_file.Path);
                }

                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                _sent(count);
            }
        }
        finally
        {
            await file.DisposeAsync().ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _file.Length;
        return true;
    }

    private bool IsWhole(FileStream file, IncrementalHash hash) =>
        _file.IsOf(file) && Convert.ToHexString(hash.GetHashAndReset()).Equals(_file.Sha256, StringComparison.OrdinalIgnoreCase);

    private async ValueTask<int> ReadAsync(FileStream file, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (FileFingerprint.IsOfStorage(error))
        {
            throw Trouble = UploadErrors.Unreadable(_file.Path, error);
        }
    }

    private T Guarded<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (KlingException error)
        {
            throw Trouble = error;
        }
        catch (Exception error) when (FileFingerprint.IsOfStorage(error))
        {
            throw Trouble = UploadErrors.Unreadable(_file.Path, error);
        }
    }
}
