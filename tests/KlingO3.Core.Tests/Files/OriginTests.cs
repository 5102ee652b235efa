using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>Where videos may come from, and how many at a time.</summary>
public sealed class OriginTests
{
    private static readonly byte[] Video = TestVideo.Of(20_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://example.com/v.mp4")]
    [InlineData("http://10.0.0.1/v.mp4")]
    [InlineData("ftp://127.0.0.1/v.mp4")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("v.mp4")]
    [InlineData("data:video/mp4;base64,AAAA")]
    [InlineData("")]
    [InlineData("https://10.0.0.1/v.mp4")]
    [InlineData("https://192.168.1.1/v.mp4")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[fd00::1]/v.mp4")]
    [InlineData("https://router/v.mp4")]
    [InlineData("https://vault.internal/v.mp4")]
    public async Task A_url_that_is_not_https_nor_on_this_machine_with_the_service_is_not_fetched(string url)
    {
        await using var bench = new SaveBench(call => call.FileAsync(Video));

        var error = await bench.FailAsync(bench.Prediction with { Outputs = new KlingOutputs([url]) });

        Assert.Contains("public host", error.Message, StringComparison.Ordinal);

        // The service is asked whether it has a better one, and nothing else is.
        Assert.Empty(bench.FilesInFolder);
        Assert.Equal("/v1/prediction/p-1", Assert.Single(bench.Server.Requests).Target);
    }

    [Fact]
    public async Task A_service_elsewhere_cannot_have_files_of_this_machine_s_servers_fetched()
    {
        // The service is behind a proxy that answers for it: asked for a better URL, it gives none.
        await using var proxy = new RawServer(call => call.AnswerAsync(502));
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        var options = new ConnectionOptions { ApiKey = "sim-key", BaseUri = new Uri("https://service.example/v1"), Proxy = proxy.Uri, Home = bench.Folder };
        using var client = KlingClient.Connect(options, bench.Time);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.SaveAsync(bench.Prediction, bench.Options(), null, Cancel));

        Assert.Equal(KlingErrorId.DownloadFailed, error.ErrorId);
        Assert.Equal(0, bench.Server.Connections);
        Assert.All(proxy.Requests, request => Assert.Equal("CONNECT service.example:443", $"{request.Method} {request.Target}"));
    }

    [Theory]
    [InlineData("https://127.0.0.1:9/v.mp4")]
    [InlineData("https://localhost:9/v.mp4")]
    [InlineData("https://[::1]:9/v.mp4")]
    [InlineData("https://[::ffff:127.0.0.1]:9/v.mp4")]
    [InlineData("https://10.0.0.1/v.mp4")]
    public async Task A_service_elsewhere_cannot_have_files_of_private_addresses_fetched_by_https_either(string url)
    {
        await using var proxy = new RawServer(call => call.AnswerAsync(502));
        await using var bench = new SaveBench(call => call.FileAsync(Video));
        var options = new ConnectionOptions { ApiKey = "sim-key", BaseUri = new Uri("https://service.example/v1"), Proxy = proxy.Uri, Home = bench.Folder };
        using var client = KlingClient.Connect(options, bench.Time);

        await Assert.ThrowsAsync<KlingException>(() => client.SaveAsync(bench.Prediction with { Outputs = new KlingOutputs([url]) }, bench.Options(), null, Cancel));

        Assert.NotEmpty(proxy.Requests);
        Assert.All(proxy.Requests, request => Assert.Equal("CONNECT service.example:443", $"{request.Method} {request.Target}"));
    }

    [Theory]
    [InlineData("https://10.0.0.1/v.mp4")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://vault.internal/v.mp4")]
    public async Task A_redirect_to_a_private_address_is_not_followed(string location)
    {
        await using var bench = new SaveBench(call => call.AnswerAsync(302, "", $"Location: {location}"));

        var error = await bench.FailAsync();

        Assert.Contains("public host", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_followed_also_to_another_host_and_the_key_never_goes_along(int status)
    {
        await using var other = new RawServer(call => call.FileAsync(Video));
        await using var bench = new SaveBench(call => call.AnswerAsync(status, "", $"Location: http://localhost:{other.Uri.Port}/x.mp4"));

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.All(bench.Server.Requests.Concat(other.Requests), request => Assert.Equal((null, null), (request["X-API-Key"], request["Authorization"])));
    }

    [Theory]
    [InlineData("http://example.com/v.mp4")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//")]
    [InlineData("//:80/")]
    [InlineData("http://[bad")]
    [InlineData("")]
    [InlineData("?again")]
    public async Task A_redirect_that_leads_nowhere_or_astray_is_an_error(string location)
    {
        await using var bench = new SaveBench(call => call.AnswerAsync(302, "", $"Location: {location}"));

        await bench.FailAsync();

        // Each stops after a few, and so does the question for another URL.
        Assert.Empty(bench.FilesInFolder);
        Assert.InRange(bench.Server.Requests.Count(request => !request.Target.StartsWith("/v1/", StringComparison.Ordinal)), 1, 6);
        Assert.InRange(bench.Server.Requests.Count, 2, 10);
    }
}
