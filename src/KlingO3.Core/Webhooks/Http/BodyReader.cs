namespace KlingO3.Webhooks.Http;

/// <summary>Collects the body of a request as its bytes come, by its length or in chunks. A request that announces neither has no body.</summary>
internal sealed class BodyReader
{
    private readonly BodyBuffer _buffer;
    private readonly ChunkedDecoder? _chunks;
    private readonly long _length;

    /// <param name="head">The head of the request.</param>
    /// <param name="buffer">Where the body goes.</param>
    public BodyReader(RequestHead head, BodyBuffer buffer)
    {
        _buffer = buffer;
        _chunks = head.IsChunked ? new ChunkedDecoder(buffer) : null;
        _length = head.ContentLength ?? 0;
    }

    /// <summary>Whether the whole body has come.</summary>
    public bool IsComplete => _chunks?.IsComplete ?? _buffer.Length == _length;

    /// <summary>Adds bytes. Those after the end are ignored.</summary>
    /// <returns>Why the body is refused; null where it is not.</returns>
    public WebhookRefusal? Append(ReadOnlySpan<byte> received) =>
        _chunks is null ? _buffer.Append(received[..(int)Math.Min(received.Length, _length - _buffer.Length)]) : _chunks.Append(received);
}
