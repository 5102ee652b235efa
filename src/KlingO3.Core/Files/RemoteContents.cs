using System.Collections.Concurrent;
using System.Security.Cryptography;
using KlingO3.Input.Checks;

namespace KlingO3.Files;

/// <summary>The hashes of files that lie at URLs, each read once. The API key never goes along.</summary>
/// <param name="http">For files: no key, no redirects.</param>
/// <param name="allowLoopback">Whether the service itself is on this machine, so that its files may be.</param>
internal sealed class RemoteContents(HttpClient http, bool allowLoopback)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(string Url, long Length), string?> _known = new();

    /// <summary>The SHA-256 of a file in lower-case hexadecimal; null where it has another length.</summary>
    /// <param name="url">Where it lies.</param>
    /// <param name="length">The length that is looked for, in bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HttpRequestException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not where files of the service lie.</exception>
    public async Task<string?> Sha256Async(string url, long length, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((url, length), out var known))
        {
            return known;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            return _known[(url, length)] = await ReadAsync(Checked(url), length, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"it was not read within {Timeout.InMinutes()}", error);
        }
    }

    private async Task<string?> ReadAsync(Uri url, long length, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        if (response.Content.Headers.ContentLength is { } told && told != length)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[FileFingerprint.BufferLength];
            long total = 0;
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; total += read)
            {
                if (total + read > length)
                {
                    return null;
                }

                hash.AppendData(buffer, 0, read);
            }

            return total == length ? Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant() : null;
        }
    }

    private Uri Checked(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && PublicHost.MayFetch(uri, allowLoopback)
        ? uri
        : throw new InvalidDataException("its address is not a public https one");
}
