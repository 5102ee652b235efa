using KlingO3.Core.Tests.Simulator;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Which way the requests of a probe go.</summary>
public sealed class ProbeProxyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_probe_goes_through_the_connection_s_proxy_with_its_password_and_without_the_key()
    {
        await using var proxy = new RawServer(call => call.Request["Proxy-Authorization"] is null
            ? call.AnswerAsync(407, "", "Proxy-Authenticate: Basic realm=\"x\"")
            : call.AnswerAsync(404));
        var address = new UriBuilder(proxy.Uri) { UserName = "me", Password = "p%40ss" }.Uri;
        using var client = KlingClient.Connect(new ConnectionOptions { ApiKey = "sim-0123456789", BaseUri = new Uri("http://127.0.0.1:9/v1"), Proxy = address });
        var check = VideoChecks.Check(Rows.With(("video_url", "http://127.0.0.1:9/clip.mp4")), allowLoopback: true);

        var report = await client.ProbeAsync(check, allowLoopback: true, Cancel);

        Assert.Equal(InputRules.MediaUnavailable, Assert.Single(report.Findings).Rule);
        var passed = proxy.Requests[^1];
        Assert.Equal("http://127.0.0.1:9/clip.mp4", passed.Target);
        Assert.Equal("Basic " + Convert.ToBase64String("me:p@ss"u8), passed["Proxy-Authorization"]);
        Assert.All(proxy.Requests, request => Assert.DoesNotContain("0123456789", string.Join(' ', request.Headers.Values), StringComparison.Ordinal));
    }
}
