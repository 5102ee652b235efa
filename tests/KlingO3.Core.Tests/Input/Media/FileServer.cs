using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using KlingO3.Input;
using KlingO3.Input.Media;
using Xunit;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Serves one file: some bytes at its start, some at its end, zeros between. Counts what it is asked for and what it sends.</summary>
internal sealed class FileServer : HttpMessageHandler
{
    public byte[] Head { get; init; } = [];

    public byte[] Tail { get; init; } = [];

    /// <summary>The size of the file; that of head and tail, if it is not larger.</summary>
    public long Length { get; init; }

    /// <summary>What it does with a request: <c>range</c>, <c>whole</c> (no Range), <c>wrong</c> (another part), <c>changing</c>, <c>unsized</c>.</summary>
    public string Manner { get; init; } = "range";

    /// <summary>Answers instead of the file, while there are some.</summary>
    public Queue<Func<HttpResponseMessage>> Instead { get; } = new();

    /// <summary>What it was asked for; the media of a row are probed at once.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>How many bytes were taken from its answers.</summary>
    public long Sent { get; private set; }

    private long Size => Math.Max(Length, Head.Length + Tail.Length);

    /// <summary>Probes a row with this file as its video or its image.</summary>
    public async Task<MediaReport> ProbeAsync(bool isVideo = true, string? url = null, bool allowLoopback = false)
    {
        var check = isVideo
            ? VideoChecks.Check(Rows.With(("video_url", url ?? Rows.Video)), allowLoopback)
            : VideoChecks.Check(new VideoDraft
            {
                Model = "kling-o3-pro-reference-to-video",
                Values = new Dictionary<string,
                object?>
                { ["prompt"] = "@Image1", ["image_urls"] = url ?? Rows.Image }
            }, allowLoopback);
        using var http = new HttpClient(this, disposeHandler: false);
        return await MediaProbe.ProbeAsync(check, http, allowLoopback, TestContext.Current.CancellationToken);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"{request.RequestUri} {request.Headers.Range}");
        var response = Instead.Count > 0 ? Instead.Dequeue()() : Answer(request.Headers.Range!.Ranges.Single());
        response.RequestMessage = request;
        return Task.FromResult(response);
    }

    private HttpResponseMessage Answer(RangeItemHeaderValue range)
    {
        if (Manner == "whole")
        {
            return new(HttpStatusCode.OK) { Content = Part(0, Size) };
        }

        var from = range.From!.Value + (Manner == "wrong" ? 1 : 0);
        if (from >= Size)
        {
            var none = new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable) { Content = new ByteArrayContent([]) };
            none.Content.Headers.ContentRange = new ContentRangeHeaderValue(Size);
            return none;
        }

        var to = Math.Min(range.To!.Value, Size - 1);
        var response = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = Part(from, to - from + 1) };
        var size = Manner == "changing" ? Size + Asked.Count : Size;
        response.Content.Headers.ContentRange = Manner == "unsized" ? new ContentRangeHeaderValue(from, to) : new ContentRangeHeaderValue(from, to, size);
        return response;
    }

    private StreamContent Part(long from, long count)
    {
        var content = new StreamContent(new FileStreamed(this, from, count));
        content.Headers.ContentLength = count;
        return content;
    }

    private byte ByteAt(long place) => place < Head.Length ? Head[place] : place >= Size - Tail.Length ? Tail[place - (Size - Tail.Length)] : (byte)0;

    /// <summary>A part of the file as it is read.</summary>
    private sealed class FileStreamed(FileServer server, long from, long count) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int length)
        {
            var number = (int)Math.Min(length, count - _read);
            for (var place = 0; place < number; place++)
            {
                buffer[offset + place] = server.ByteAt(from + _read + place);
            }

            _read += number;
            server.Sent += number;
            return number;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
