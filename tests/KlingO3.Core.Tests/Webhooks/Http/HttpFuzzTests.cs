using System.Diagnostics;
using System.Net;
using System.Text;
using KlingO3.Core.Tests.Input.Fuzz;
using KlingO3.Webhooks;
using KlingO3.Webhooks.Http;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>
/// Broken and random bytes for the request parser, the same ones at every run. <c>KLINGO3_FUZZ_RUNS</c> and <c>KLINGO3_FUZZ_SEED</c> say how many and
/// which, as for files and rows.
/// </summary>
public sealed class HttpFuzzTests
{
    private const int UsualRuns = 100_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly HttpLimits Limits = new() { MaxHeadBytes = 2048, MaxBodyBytes = 4096, UncountedBodyBytes = 512, MaxBufferedBytesPerSender = 2048 };
    private static readonly IPAddress Sender = IPAddress.Parse("192.0.2.1");

    private static readonly byte[][] Seeds =
    [
        .. new[]
        {
            "POST /kling/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 15\r\nX-Webhook-Signature: sha256=00\r\nX-Webhook-Timestamp: 1\r\n\r\n{\"exec_id\":\"a\"}",
            "POST /kling/ HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n8;a=b\r\n{\"exec_i\r\n7\r\nd\":\"a\"}\r\n0\r\nT: x\r\n\r\n",
            "POST http://a.example/kling/?q=1 HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
            "GET / HTTP/1.0\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n",
            "POST /kling/ HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 3\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    [Fact]
    public void No_bytes_make_the_parser_throw_hang_or_depend_on_how_they_are_cut()
    {
        var runs = Setting("KLINGO3_FUZZ_RUNS", UsualRuns);
        var first = Setting("KLINGO3_FUZZ_SEED", 1);
        var (whole, refused, slowest) = (0, 0, TimeSpan.Zero);
        for (var seed = first; seed < first + runs; seed++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                var outcome = Run(seed);
                whole += outcome.IsComplete ? 1 : 0;
                refused += outcome.Refusal is not null ? 1 : 0;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed}: {error.Message}", error);
            }

            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{runs} tries: {whole} requests, {refused} refused, slowest {slowest.TotalMilliseconds:0.0} ms");
        Assert.True(slowest < Longest, $"{slowest}");

        // What it breaks is neither always nor never a request.
        Assert.InRange(whole, runs / 100, runs - (runs / 100));
        Assert.InRange(refused, runs / 100, runs - (runs / 100));
    }

    private static Outcome Run(int seed)
    {
        var bytes = Make(seed);
        var atOnce = Read(bytes, _ => bytes.Length);
        var random = new Random(seed);
        Assert.Equal(atOnce, Read(bytes, left => random.Next(1, Math.Min(left, 40) + 1)));
        return atOnce;
    }

    private static byte[] Make(int seed)
    {
        var mutator = new Mutator(seed);
        if (mutator.Chance(20))
        {
            var random = new byte[new Random(seed).Next(1, 5000)];
            new Random(seed).NextBytes(random);
            return random;
        }

        var bytes = mutator.Pick(Seeds);
        if (mutator.Chance(2))
        {
            return mutator.Break(bytes, mutator.Pick(Seeds));
        }

        // Text that is broken stays closer to what a parser reads than bytes that are.
        return Encoding.Latin1.GetBytes(mutator.Break(Encoding.Latin1.GetString(bytes)));
    }

    /// <summary>Reads bytes as a connection does, in pieces of some size.</summary>
    private static Outcome Read(byte[] bytes, Func<int, int> sizeOf)
    {
        var budget = new ByteBudget(Limits);
        using var buffer = new BodyBuffer(Limits, budget, Sender);
        var head = new HeadReader(Limits.MaxHeadBytes);
        BodyReader? body = null;
        WebhookRefusal? refusal = null;
        for (var at = 0; at < bytes.Length && refusal is null && body?.IsComplete != true;)
        {
            var piece = bytes.AsSpan(at, sizeOf(bytes.Length - at));
            at += piece.Length;
            var rest = body is null ? piece[head.Append(piece)..] : piece;
            if (head.Refusal is not null)
            {
                return new Outcome(head.Refusal, null, false, null);
            }

            body ??= head.Head is null ? null : new BodyReader(head.Head, buffer);
            refusal = body?.Append(rest);
        }

        Assert.InRange(buffer.Length, 0, Limits.MaxBodyBytes);
        Assert.InRange(budget.Total, 0, Limits.MaxBufferedBytesPerSender);
        var isComplete = refusal is null && body?.IsComplete == true;
        return new Outcome(refusal, head.Head?.Path, isComplete, isComplete ? WebhookPayload.ReadId(buffer.Bytes) : null);
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : usual;

    private sealed record Outcome(WebhookRefusal? Refusal, string? Path, bool IsComplete, string? Id);
}
