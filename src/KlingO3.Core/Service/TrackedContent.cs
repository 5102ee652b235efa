using System.Net;
using System.Net.Http.Headers;

namespace KlingO3.Service;

/// <summary>
/// A request body that knows whether any of it was handed to a connection. If not, the server cannot have acted on the request.
/// (SocketsHttpHandler itself never repeats a request whose body it has begun to send.)
/// </summary>
internal sealed class TrackedContent : HttpContent
{
    private readonly byte[] _body;

    public TrackedContent(byte[] body)
    {
        _body = body;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    /// <summary>Whether sending has begun.</summary>
    public bool Begun { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Begun = true;
        return stream.WriteAsync(_body, 0, _body.Length, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
