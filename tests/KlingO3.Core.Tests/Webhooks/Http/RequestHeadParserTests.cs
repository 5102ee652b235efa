using System.Text;
using KlingO3.Webhooks;
using KlingO3.Webhooks.Http;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>Which heads are requests, and what two servers could understand in two ways.</summary>
public sealed class RequestHeadParserTests
{
    [Fact]
    public void A_request_is_read_with_its_headers_whatever_their_case()
    {
        var head = Parse("POST /kling/?a=b HTTP/1.1\r\nhOST: a.example:8080\r\nContent-Length: 12\r\nX-Webhook-Signature: \t one \r\nx-webhook-signature: two\r\nEmpty:\r\n\r\n").Head!;

        Assert.Equal(("POST", "/kling/", "a.example:8080"), (head.Method, head.Path, head.Host));
        Assert.Equal((12L, false, false), (head.ContentLength, head.IsChunked, head.ExpectsContinue));
        Assert.Equal("one,two", head.Header("X-Webhook-Signature"));
        Assert.Equal("", head.Header("empty"));
        Assert.Null(head.Header("X-Webhook-Timestamp"));
    }

    [Theory]
    [InlineData("POST http://b.example/kling/?q HTTP/1.1\r\nHost: a\r\n\r\n", "/kling/", "b.example")]
    [InlineData("POST HTTP://b.example HTTP/1.1\r\nHost: a\r\n\r\n", "/", "b.example")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*", "a")]
    [InlineData("POST / HTTP/1.0\r\n\r\n", "/", null)]
    [InlineData("POST / HTTP/1.0\r\nExpect: anything\r\n\r\n", "/", null)]
    public void The_target_may_be_absolute_and_an_older_request_needs_no_host(string text, string path, string? host)
    {
        var head = Parse(text).Head!;
        Assert.Equal((path, host, false), (head.Path, head.Host, head.ExpectsContinue));
    }

    [Theory]
    [InlineData("transfer-encoding: Chunked\r\n", null, true)]
    [InlineData("Content-Length: 0\r\n", 0L, false)]
    [InlineData("Content-Length: 99999999999999999999\r\n", long.MaxValue, false)]
    [InlineData("Expect: 100-Continue\r\n", null, false)]
    public void The_body_is_framed_by_a_length_or_by_chunks(string header, long? length, bool chunked)
    {
        var head = Parse($"POST / HTTP/1.1\r\nHost: a\r\n{header}\r\n").Head!;
        Assert.Equal((length, chunked, header[0] == 'E'), (head.ContentLength, head.IsChunked, head.ExpectsContinue));
    }

    [Theory]
    [InlineData("Content-Length: 3\r\nContent-Length: 3\r\n", 400)]
    [InlineData("Content-Length: 3\r\ncontent-length: 4\r\n", 400)]
    [InlineData("Content-Length: +3\r\n", 400)]
    [InlineData("Content-Length: 0x3\r\n", 400)]
    [InlineData("Content-Length: 3 3\r\n", 400)]
    [InlineData("Content-Length: -1\r\n", 400)]
    [InlineData("Content-Length:\r\n", 400)]
    [InlineData("Content-Length: \u0663\r\n", 400)]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400)]
    [InlineData("Transfer-Encoding: identity\r\n", 501)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", 501)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 501)]
    [InlineData("Transfer-Encoding: \u000bchunked\r\n", 400)]
    [InlineData("Transfer-Encoding : chunked\r\n", 400)]
    [InlineData("X: a\r\n Transfer-Encoding: chunked\r\n", 400)]
    [InlineData("X: a\nTransfer-Encoding: chunked\r\n", 400)]
    [InlineData("X: a\rTransfer-Encoding: chunked\r\n", 400)]
    [InlineData("X: \0\r\n", 400)]
    [InlineData(": a\r\n", 400)]
    [InlineData("no colon\r\n", 400)]
    [InlineData("H\u00e9: a\r\n", 400)]
    [InlineData("Host: b\r\n", 400)]
    [InlineData("Expect: 200-ok\r\n", 417)]
    public void What_could_be_understood_in_two_ways_is_refused(string headers, int status) =>
        Assert.Equal(status, Parse($"POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n").Refusal!.StatusCode);

    [Theory]
    [InlineData("POST / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("POST / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("PRI * HTTP/2.0\r\n\r\n", 505)]
    [InlineData("POST / HTTP/0.9\r\n\r\n", 505)]
    [InlineData("POST / HTTP/1.10\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST / http/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST /\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST  / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST / a HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST kling HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("PO(ST / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("\r\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("\n\n\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400)]
    public void What_is_no_request_is_refused(string text, int status) => Assert.Equal(status, Parse(text).Refusal!.StatusCode);

    [Fact]
    public void Headers_are_no_more_than_a_hundred_and_a_head_is_no_larger_than_its_limit()
    {
        var headers = string.Concat(Enumerable.Range(0, 99).Select(i => $"X-{i}: a\r\n"));
        Assert.NotNull(Parse($"POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n").Head);
        Assert.Equal(WebhookRefusal.HeadTooLarge, Parse($"POST / HTTP/1.1\r\nHost: a\r\n{headers}Y: a\r\n\r\n").Refusal);

        var reader = new HeadReader(100);
        reader.Append(Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nX: ".PadRight(99, 'a')));
        Assert.False(reader.IsComplete);
        reader.Append("aaaa"u8);
        Assert.Equal(WebhookRefusal.HeadTooLarge, reader.Refusal);
    }

    [Fact]
    public void What_cannot_become_a_request_is_refused_before_its_end()
    {
        foreach (var beginning in (string[])["\u0016\u0003\u0001", "GET / HTTP/1.1\n", "nonsense\r\n", "\r\n", "GET / HTTP/3.0\r\n"])
        {
            var reader = new HeadReader(1000);
            reader.Append(Encoding.Latin1.GetBytes(beginning));
            Assert.NotNull(reader.Refusal);
        }
    }

    private static HeadReader Parse(string text)
    {
        var reader = new HeadReader(16 * 1024);
        reader.Append(Encoding.Latin1.GetBytes(text));
        return reader;
    }
}
