using System.Net;
using System.Net.Http.Headers;
using KlingO3.Input.Checks;

namespace KlingO3.Input.Media;

/// <summary>
/// A URL, read by a few small Range requests. A server that has no Range answers with the whole file from its start: then only what comes
/// early can be read, and what is jumped over is read and thrown away.
/// </summary>
internal sealed class HttpMediaSource(HttpClient http, Uri url, bool allowLoopback) : MediaSource
{
    private const int MostRedirects = 5;

    /// <summary>How much of a file may be thrown away to reach what is looked for, where there is no Range.</summary>
    private const long MostSkipped = 16L * 1024 * 1024;

    private readonly byte[] _skipped = new byte[16 * 1024];
    private Uri _url = url;
    private HttpResponseMessage? _whole;
    private Stream? _body;
    private long _position;

    /// <summary>How many requests were sent, redirects included.</summary>
    public int Requests { get; private set; }

    public override bool CanJump => _body is null;

    public override int ReadSize => Requests == 0 ? 64 * 1024 : 24 * 1024;

    public override long MostBytes => 256 * 1024;

    public override int MostReads => 16;

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return _body is null
                ? await ReadRangeAsync(offset, buffer, cancellationToken).ConfigureAwait(false)
                : await ReadForwardAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException or InvalidOperationException or NotSupportedException or UriFormatException)
        {
            // From another network it may well be there.
            throw new MediaFault(
                InputRules.MediaUnavailable, $"It could not be fetched: {Shown.Text(exception.Message)}", KlingSeverity.Warning, exception);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_body is not null)
        {
            await _body.DisposeAsync().ConfigureAwait(false);
        }

        _whole?.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<int> ReadRangeAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var response = await SendAsync(offset, offset + buffer.Length - 1, cancellationToken).ConfigureAwait(false);
        try
        {
            switch (response.StatusCode)
            {
                case HttpStatusCode.PartialContent:
                    CheckRange(response.Content.Headers.ContentRange, offset);
                    using (var part = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false))
                    {
                        return await part.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                    }

                case HttpStatusCode.OK:
                    _whole = response;
                    _body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                    Length = response.Content.Headers.ContentLength;
                    return await ReadForwardAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
                case HttpStatusCode.RequestedRangeNotSatisfiable:
                    Length ??= response.Content.Headers.ContentRange?.Length;
                    return 0;
                default:
                    throw Refused(response.StatusCode);
            }
        }
        finally
        {
            if (!ReferenceEquals(response, _whole))
            {
                response.Dispose();
            }
        }
    }

    private void CheckRange(ContentRangeHeaderValue? range, long offset)
    {
        if (range is null || range.From != offset)
        {
            throw new MediaFault(
                InputRules.MediaUnreadable, "The server answered another part of the file than was asked for.", KlingSeverity.Warning);
        }

        if (Length is not null && range.Length is not null && range.Length != Length)
        {
            throw new MediaFault(InputRules.MediaUnreadable, "The file changed while it was read.", KlingSeverity.Warning);
        }

        Length ??= range.Length;
    }

    /// <summary>Reads on in the whole file that a server without Range sends.</summary>
    private async ValueTask<int> ReadForwardAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (offset < _position || offset - _position > MostSkipped)
        {
            throw new MediaFault(
                InputRules.MediaUnreadable,
                "The server does not send parts of a file (Range), so that what stands far into it cannot be read.",
                KlingSeverity.Warning);
        }

        while (_position < offset)
        {
            var skip = (int)Math.Min(_skipped.Length, offset - _position);
            var count = await _body!.ReadAsync(_skipped.AsMemory(0, skip), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return 0;
            }

            _position += count;
        }

        var read = await _body!.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    private async Task<HttpResponseMessage> SendAsync(long from, long to, CancellationToken cancellationToken)
    {
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _url);
            request.Headers.Range = new RangeHeaderValue(from, to);
            request.Headers.AcceptEncoding.ParseAdd("identity");
            Requests++;
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var reached = response.RequestMessage?.RequestUri ?? _url;
            var next = response.Headers.Location is { } location && (int)response.StatusCode is 301 or 302 or 303 or 307 or 308
                ? new Uri(reached, location)
                : null;
            if (IsAllowed(reached) && (next is null || IsAllowed(next)))
            {
                if (next is null)
                {
                    return response;
                }

                _url = next;
            }
            else
            {
                response.Dispose();
                throw new MediaFault(InputRules.MediaUnavailable, "It redirects to an address that is not public https.");
            }

            response.Dispose();
        }

        throw new MediaFault(InputRules.MediaUnavailable, $"It redirects more than {MostRedirects} times.");
    }

    /// <summary>A redirect must not lead where the URL itself may not point.</summary>
    private bool IsAllowed(Uri target) => PublicHost.MayFetch(target, allowLoopback);

    private static MediaFault Refused(HttpStatusCode status)
    {
        // The service meets the same answer, unless the server is only busy.
        var isFinal = (int)status is >= 400 and < 500 and not (408 or 425 or 429);
        return new MediaFault(
            InputRules.MediaUnavailable, $"Its server answered HTTP {(int)status}.", isFinal ? KlingSeverity.Error : KlingSeverity.Warning);
    }
}
