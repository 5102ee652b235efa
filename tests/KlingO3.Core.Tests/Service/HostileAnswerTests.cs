using System.IO.Compression;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>Answers that are too large, or no HTTP, or not what they say they are.</summary>
public sealed class HostileAnswerTests
{
    private const int Large = 100_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_of_100_MB_is_not_read_to_its_end(bool lengthTold)
    {
        var sent = 0L;
        await using var server = new RawServer(async call =>
        {
            await call.HeadAsync(200, lengthTold ? $"Content-Length: {Large}" : "Connection: close");
            for (var chunk = new byte[100_000]; sent < Large; sent += chunk.Length)
            {
                await call.SendAsync(chunk);
            }

            call.Close();
        });
        using var client = Client(server);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.GetAsync("p-1", Cancel));

        Assert.Equal((KlingErrorId.BadResponse, "p-1"), (error.ErrorId, error.PredictionId));
        Assert.Single(server.Requests);

        // What was taken, and what the sockets' buffers hold.
        Assert.InRange(sent, 0, 40_000_000);
    }

    [Fact]
    public async Task An_answer_that_unpacks_to_100_MB_is_not_unpacked_to_its_end()
    {
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zip.WriteAsync(new byte[Large], Cancel);
        }

        await using var server = new RawServer(call => call.AnswerAsync(200, packed.ToArray(), "Content-Encoding: gzip"));
        using var client = Client(server);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.GetAsync("p-1", Cancel));

        Assert.Equal(KlingErrorId.BadResponse, error.ErrorId);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 90_000_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task An_answer_that_cannot_be_unpacked_is_asked_for_again_and_then_an_error(string encoding)
    {
        await using var server = new RawServer(call => call.AnswerAsync(200, "this was never packed", $"Content-Encoding: {encoding}"));

        await AssertGetsAreRepeatedAndTheCreateIsNotAsync(server);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")]
    [InlineData("HTTP/1.1 abc -\r\n\r\n")]
    [InlineData("HTTP/9.9 200 -\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    public async Task What_is_not_HTTP_is_asked_for_again_and_then_an_error_and_a_create_is_not_sent_again(string answer)
    {
        await using var server = new RawServer(async call =>
        {
            await call.SendAsync(System.Text.Encoding.Latin1.GetBytes(answer));
            call.Close();
        });

        await AssertGetsAreRepeatedAndTheCreateIsNotAsync(server);
    }

    [Fact]
    public async Task An_id_cannot_lead_to_another_path()
    {
        await using var server = new RawServer(call => call.AnswerAsync(404));
        using var client = Client(server);

        foreach (var id in (string[])["../executions", "a/b", "a?b=c", "a#b", "ä", "a b", "..", "."])
        {
            var error = await Assert.ThrowsAsync<KlingException>(() => client.CancelAsync(id, Cancel));
            Assert.Equal(id, error.PredictionId);
        }

        Assert.All(server.Requests, request => Assert.Matches("^/v1/prediction/[^/?#]+/cancel$", request.Target));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task No_id_is_no_question(string? id)
    {
        await using var server = new RawServer(call => call.AnswerAsync(200, """{"status":"success","output":"http://127.0.0.1/x"}"""));
        using var client = Client(server);
        var prediction = new KlingPrediction { Id = id, Name = "row 7" };

        KlingException[] errors =
        [
            await Assert.ThrowsAsync<KlingException>(() => client.GetAsync(id!, Cancel)),
            await Assert.ThrowsAsync<KlingException>(() => client.CancelAsync(id!, Cancel)),
            await Assert.ThrowsAsync<KlingException>(() => client.WaitAsync(prediction, TimeSpan.FromSeconds(1), null, Cancel)),
            await Assert.ThrowsAsync<KlingException>(() => client.SaveAsync(prediction, new() { Destination = "/nowhere" }, null, Cancel)),
        ];

        Assert.All(errors, error => Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId));
        Assert.Equal(0, server.Connections);
    }

    private static async Task AssertGetsAreRepeatedAndTheCreateIsNotAsync(RawServer server)
    {
        using var client = Client(server);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.GetAsync("p-1", Cancel));
        var create = await CreateAsync(server);

        Assert.Equal(KlingErrorId.NetworkError, error.ErrorId);
        Assert.IsType<CreateAnswer.Lost>(create);
        Assert.Equal((5, 1), (server.Requests.Count(request => request.Method == "GET"), server.Requests.Count(request => request.Method == "POST")));
    }

    private static ConnectionOptions Options(RawServer server) => new() { ApiKey = "sim-key", BaseUri = server.At("v1"), Home = "/nowhere" };

    private static KlingClient Client(RawServer server) => KlingClient.Connect(Options(server), new ScaledTime(50));

    private static async Task<CreateAnswer> CreateAsync(RawServer server)
    {
        using var http = new HttpPipelines(Options(server), new ExchangeLog(), TimeProvider.System);
        var service = new KlingService(http.Service(), new ServiceClock(TimeProvider.System), TimeProvider.System);
        return await service.CreateAsync(Workshop.Row("x"), Cancel);
    }
}
