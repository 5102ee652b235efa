using System.Net;
using System.Text;
using KlingO3.Webhooks;
using KlingO3.Webhooks.Http;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>Bodies by length and in chunks, and what they may hold together.</summary>
public sealed class BodyReaderTests
{
    private static readonly HttpLimits Limits = new() { MaxBodyBytes = 4000, UncountedBodyBytes = 1024, MaxBufferedBytes = 7000, MaxBufferedBytesPerSender = 4000 };
    private static readonly IPAddress Sender = IPAddress.Parse("192.0.2.1");

    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", "abc")]
    [InlineData("3;name=\"value\"\r\nabc\r\n00A \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nmore", "abc0123456789")]
    public void Chunks_become_a_body_however_they_are_cut(string text, string expected)
    {
        foreach (var size in (int[])[1, 2, 3, 1000])
        {
            var (refusal, complete, body) = Read(text, size);
            Assert.Equal((null, true, expected), (refusal, complete, body));
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("3\nabc\r\n")]
    [InlineData("3\r\nabcd\r\n")]
    [InlineData("3\r\nabc\n0\r\n")]
    [InlineData("+3\r\nabc")]
    [InlineData("0x3\r\nabc")]
    [InlineData("-1\r\n")]
    [InlineData("100000000\r\n")]
    [InlineData("000000003\r\nabc")]
    [InlineData("3;a\nb\r\nabc")]
    [InlineData("3;\0\r\nabc")]
    [InlineData("0\r\nTrailer: x\n\r\n")]
    public void Chunks_that_two_servers_could_cut_in_two_ways_are_refused(string text)
    {
        foreach (var size in (int[])[1, 1000])
        {
            Assert.Equal(WebhookRefusal.Malformed, Read(text, size).Refusal);
        }
    }

    [Fact]
    public void Extensions_and_trailers_come_to_an_end()
    {
        Assert.Equal(WebhookRefusal.Malformed, Read("3;".PadRight(5000, 'a'), 1000).Refusal);
        Assert.Equal(WebhookRefusal.Malformed, Read("0\r\n" + string.Concat(Enumerable.Repeat("a: b\r\n", 2000)), 1000).Refusal);
        Assert.Equal(WebhookRefusal.TooLarge, Read("fff\r\n".PadRight(6000, 'a'), 500).Refusal);
    }

    [Fact]
    public void A_body_holds_what_has_come_and_not_what_was_announced()
    {
        var budget = new ByteBudget(Limits);
        using var buffer = new BodyBuffer(Limits, budget, Sender);
        var reader = new BodyReader(Head(3000), buffer);

        Assert.Null(reader.Append(new byte[50]));
        Assert.Equal((false, 50), (reader.IsComplete, buffer.Length));
        Assert.Null(reader.Append(new byte[4000]));
        Assert.Equal((true, 3000), (reader.IsComplete, buffer.Length));
        Assert.InRange(budget.Total, 1, 3000);
        buffer.Dispose();
        Assert.Equal(0, budget.Total);
    }

    [Fact]
    public void Large_bodies_share_a_budget_of_which_one_sender_has_a_part_and_small_ones_need_none()
    {
        var budget = new ByteBudget(Limits);
        var others = Enumerable.Range(2, 2).Select(i => IPAddress.Parse($"192.0.2.{i}")).ToArray();
        var held = new List<BodyBuffer>();

        Assert.Null(Fill(Sender));
        Assert.Equal(WebhookRefusal.TooMany, Fill(Sender));
        Assert.Null(Fill(others[0]));
        Assert.Equal(WebhookRefusal.TooMany, Fill(others[1]));
        using var small = new BodyBuffer(Limits, budget, Sender);
        Assert.Null(small.Append(new byte[100]));
        held.ForEach(buffer => buffer.Dispose());
        Assert.Equal(0, budget.Total);
        Assert.Null(Fill(others[1]));

        WebhookRefusal? Fill(IPAddress sender)
        {
            var buffer = new BodyBuffer(Limits, budget, sender);
            held.Add(buffer);
            return buffer.Append(new byte[4000]);
        }
    }

    private static (WebhookRefusal? Refusal, bool IsComplete, string Body) Read(string text, int size)
    {
        using var buffer = new BodyBuffer(Limits, new ByteBudget(Limits), Sender);
        var reader = new BodyReader(Head(null), buffer);
        foreach (var piece in Encoding.Latin1.GetBytes(text).Chunk(size))
        {
            if (reader.Append(piece) is { } refusal)
            {
                return (refusal, false, "");
            }
        }

        return (null, reader.IsComplete, Encoding.Latin1.GetString(buffer.Bytes.Span));
    }

    private static RequestHead Head(long? length) => new()
    {
        Method = "POST",
        Path = "/",
        ContentLength = length,
        IsChunked = length is null,
        Headers = new Dictionary<string, string>(),
    };
}
