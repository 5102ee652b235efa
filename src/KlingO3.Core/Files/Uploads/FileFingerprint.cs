using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using KlingO3.Input;
using KlingO3.Input.Media;

namespace KlingO3.Files;

/// <summary>A local file as it was when it was read.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Length">In bytes.</param>
/// <param name="ChangedAt">When it was last written, UTC.</param>
/// <param name="Sha256">Of its content, in lower-case hexadecimal.</param>
/// <param name="ContentType">The media type.</param>
internal sealed record FileFingerprint(string Path, long Length, DateTime ChangedAt, string Sha256, string ContentType)
{
    /// <summary>Why its content is no known image or video; null where it is one.</summary>
    public string? MediaFault { get; init; }

    /// <summary>How much is read at once.</summary>
    public const int BufferLength = 128 * 1024;

    /// <summary>Opens a file for reading from its start to its end. Whoever writes to it is kept out, or keeps us out, where the system can.</summary>
    /// <exception cref="KlingException">KlingUploadFailed: it is empty, a named pipe or a device.</exception>
    public static FileStream Open(string path) => RegularFile.IsEmpty(path) ? throw UploadErrors.Empty(path) : new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.Read,
        Options = FileOptions.SequentialScan | FileOptions.Asynchronous,
        BufferSize = 0,
    });

    /// <summary>Refuses a file that is no known image or video.</summary>
    /// <exception cref="KlingException">KlingInvalidInput.</exception>
    public void RequireMedia()
    {
        if (MediaFault is { } fault)
        {
            throw UploadErrors.NotMedia(Path, fault);
        }
    }

    /// <summary>Whether the open file is as it was.</summary>
    public bool IsOf(FileStream file) => file.Length == Length && File.GetLastWriteTimeUtc(file.SafeFileHandle) == ChangedAt;

    public static bool IsOfStorage(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;
}

/// <summary>Reads files for their fingerprints, each once as long as it does not change: a clip in a thousand rows is read once.</summary>
internal sealed class FileFingerprints
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, FileFingerprint> _known = new(StringComparer.Ordinal);

    /// <exception cref="KlingException">KlingUploadFailed: it cannot be read, or changes while it is.</exception>
    public async Task<FileFingerprint> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = FileFingerprint.Open(path);
            await using (file.ConfigureAwait(false))
            {
                if (_known.TryGetValue(path, out var known) && known.IsOf(file))
                {
                    return known;
                }

                var read = await ReadAsync(path, file, cancellationToken).ConfigureAwait(false);
                return _known.Count < Most ? _known[path] = read : read;
            }
        }
        catch (Exception error) when (FileFingerprint.IsOfStorage(error))
        {
            throw UploadErrors.Unreadable(path, error);
        }
    }

    private static async Task<FileFingerprint> ReadAsync(string path, FileStream file, CancellationToken cancellationToken)
    {
        var (length, changedAt, contentType, total) = (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle), "", 0L);
        var buffer = ArrayPool<byte>.Shared.Rent(FileFingerprint.BufferLength);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int count;
            while ((count = await file.ReadAtLeastAsync(buffer, FileFingerprint.BufferLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) > 0)
            {
                contentType = total == 0 ? ContentTypes.Of(path, buffer.AsSpan(0, Math.Min(count, ContentTypes.HeadLength))) : contentType;
                hash.AppendData(buffer, 0, count);
                total += count;
            }

            var read = new FileFingerprint(path, length, changedAt, Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant(), contentType)
            {
                MediaFault = total == 0 ? null : await MediaReader.FindFaultAsync(file.SafeFileHandle, cancellationToken).ConfigureAwait(false),
            };
            return total == 0 ? throw UploadErrors.Empty(path) : total == length && read.IsOf(file) ? read : throw UploadErrors.Changed(path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
