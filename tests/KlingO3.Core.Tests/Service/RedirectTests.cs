using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>Where a request may be sent on to, and what goes along.</summary>
public sealed class RedirectTests
{
    private const string Prediction = """{"status":"processing","predictionID":"p-1"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_get_is_sent_on_to_the_same_host_with_the_key(int status)
    {
        await using var server = new RawServer(call => call.Request.Target == "/v2/x"
            ? call.AnswerAsync(200, Prediction)
            : call.AnswerAsync(status, "", "Location: /v2/x"));
        using var client = Client(server.Uri);

        var prediction = await client.GetAsync("p-1", Cancel);

        Assert.Equal(KlingStatus.Processing, prediction.Status);
        Assert.Equal(["GET /v1/prediction/p-1 sim-key", "GET /v2/x sim-key"], server.Requests.Select(request => $"{request.Method} {request.Target} {request["X-API-Key"]}"));
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_create_is_sent_on_to_the_same_host_as_the_same_post(int status)
    {
        await using var server = new RawServer(call => call.Request.Target == "/v2/x?y=1"
            ? call.AnswerAsync(200, Prediction)
            : call.AnswerAsync(status, "moved", "Location: /v2/x?y=1"));

        var answer = await CreateAsync(server.Uri);

        Assert.Equal("p-1", Assert.IsType<CreateAnswer.Accepted>(answer).Id);
        var (first, second) = (server.Requests[0], server.Requests[1]);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(("POST", "POST"), (first.Method, second.Method));
        Assert.Contains("a prompt of its own", second.Text, StringComparison.Ordinal);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(("application/json", "sim-key", first["X-Request-Id"]), (second["Content-Type"], second["X-API-Key"], second["X-Request-Id"]));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task A_post_never_becomes_a_get(int status)
    {
        await using var server = new RawServer(call => call.AnswerAsync(status, "", "Location: /v1/prediction/p-1"));
        using var client = Client(server.Uri);

        var lost = Assert.IsType<CreateAnswer.Lost>(await CreateAsync(server.Uri));
        var error = await Assert.ThrowsAsync<KlingException>(() => client.CancelAsync("p-1", Cancel));

        Assert.Equal((KlingErrorId.BadResponse, status), (lost.Why.ErrorId, lost.Why.StatusCode));
        Assert.Equal((KlingErrorId.BadResponse, status), (error.ErrorId, error.StatusCode));
        Assert.Equal(["POST /v1/prediction/", "POST /v1/prediction/p-1/cancel"], server.Requests.Select(request => $"{request.Method} {request.Target}"));
    }

    [Theory]
    [InlineData(301, "127.0.0.1")]
    [InlineData(302, "127.0.0.1")]
    [InlineData(307, "127.0.0.1")]
    [InlineData(308, "localhost")]
    public async Task Another_host_gets_neither_the_key_nor_the_request(int status, string host)
    {
        await using var other = new RawServer(call => call.AnswerAsync(200, Prediction));
        await using var server = new RawServer(call => call.AnswerAsync(status, "", $"Location: http://{host}:{other.Uri.Port}/v1/prediction/p-1"));
        using var client = Client(server.Uri);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.GetAsync("p-1", Cancel));
        var lost = Assert.IsType<CreateAnswer.Lost>(await CreateAsync(server.Uri));

        Assert.Equal((KlingErrorId.BadResponse, KlingErrorId.BadResponse), (error.ErrorId, lost.Why.ErrorId));
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(0, other.Connections);
    }

    [Fact]
    public async Task The_same_host_without_encryption_is_another_host()
    {
        var handler = new ApiKeyHandler(new Uri("https://api.example/v1"), "sim-key", KlingAuthentication.Bearer) { InnerHandler = new Stub() };
        using var invoker = new HttpMessageInvoker(handler);
        foreach (var url in (string[])["http://api.example/v1/x", "https://api.example:8443/v1/x", "https://api.example.evil/v1/x", "https://evil/api.example"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            await invoker.SendAsync(request, Cancel);
            Assert.Empty(request.Headers);
        }

        using var own = new HttpRequestMessage(HttpMethod.Get, "https://API.example:443/other");
        await invoker.SendAsync(own, Cancel);
        Assert.Equal("Bearer sim-key", own.Headers.Authorization?.ToString());
    }

    [Fact]
    public async Task Redirects_without_end_are_given_up()
    {
        await using var server = new RawServer(call => call.AnswerAsync(307, "", $"Location: {call.Request.Target}x"));
        using var client = Client(server.Uri);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.GetAsync("p-1", Cancel));

        Assert.Equal((KlingErrorId.BadResponse, 307), (error.ErrorId, error.StatusCode));
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData("Location: ")]
    [InlineData("Location: //")]
    [InlineData("Location: //:80/")]
    [InlineData("Location: http:")]
    [InlineData("Location: http:///x")]
    [InlineData("Location: http://[bad")]
    [InlineData("Location: ///\\")]
    [InlineData("Location: mailto:a@b")]
    [InlineData("Location: %%%\u00ff")]
    [InlineData("X-Nothing: x")]
    public async Task A_redirect_to_nowhere_is_an_answer_that_makes_no_sense(string location)
    {
        await using var server = new RawServer(call => call.Request.Target == "/v1/prediction/p-1" ? call.AnswerAsync(307, "", location) : call.AnswerAsync(404));
        using var client = Client(server.Uri);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.GetAsync("p-1", Cancel));

        Assert.True(error.ErrorId is KlingErrorId.BadResponse or KlingErrorId.NotFound, error.ToString());
        Assert.InRange(server.Requests.Count, 1, 4);
    }

    private static ConnectionOptions Options(Uri server) => new() { ApiKey = "sim-key", BaseUri = new Uri(server, "v1"), Home = "/nowhere" };

    private static KlingClient Client(Uri server) => KlingClient.Connect(Options(server), new ScaledTime(20));

    private static async Task<CreateAnswer> CreateAsync(Uri server)
    {
        using var http = new HttpPipelines(Options(server), new ExchangeLog(), TimeProvider.System);
        var service = new KlingService(http.Service(), new ServiceClock(TimeProvider.System), TimeProvider.System);
        return await service.CreateAsync(new VideoRequest("m", new KlingInput { ["prompt"] = "a prompt of its own" }), Cancel);
    }

    private sealed class Stub : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage());
    }
}
