using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>What goes along when a storage sends an upload elsewhere.</summary>
public sealed class UploadRedirectTests : IDisposable
{
    private static readonly Dictionary<string, string> Headers = new()
    {
        ["Authorization"] = "Bearer user-secret-1",
        ["Cookie"] = "session=user-secret-2",
        ["Proxy-Authorization"] = "Basic user-secret-3",
        ["X-API-Key"] = "user-secret-4",
        ["x-session-token"] = "user-secret-5",
        ["x-amz-signature"] = "user-secret-6",
        ["x-ms-blob-type"] = "user-secret-7",
        ["Content-MD5"] = "user-secret-8",
        ["Content-Type"] = "video/x-of-mine",
    };

    private readonly ClipFolder _clips = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _clips.Dispose();

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task To_another_host_no_header_of_the_user_goes_but_the_content_type(int status)
    {
        await using var other = new RawServer(call => call.AnswerAsync(200));
        await using var storage = new RawServer(call => call.AnswerAsync(status, "", $"Location: {other.At("clip.mp4")}"));

        await PublishAsync(storage.At("clip.mp4"));

        AssertHasSecrets(Assert.Single(storage.Requests));
        var redirected = Assert.Single(other.Requests);
        AssertHasNoSecrets(redirected);
        Assert.Equal(("PUT", "video/x-of-mine", 20_000), (redirected.Method, redirected["Content-Type"], redirected.Body.Length));
    }

    [Fact]
    public async Task To_another_path_of_the_same_host_all_go_along()
    {
        await using var storage = new RawServer(call => call.Request.Target == "/moved" ? call.AnswerAsync(200) : call.AnswerAsync(307, "", "Location: /moved"));

        await PublishAsync(storage.At("clip.mp4"));

        Assert.Equal(2, storage.Requests.Count);
        Assert.All(storage.Requests, AssertHasSecrets);
    }

    [Fact]
    public async Task Another_host_that_sends_it_back_does_not_bring_the_headers_back()
    {
        RawServer? storage = null;
        await using var other = new RawServer(call => call.AnswerAsync(307, "", $"Location: {storage!.At("logged")}"));
        await using var first = storage = new RawServer(call => call.Request.Target == "/logged" ? call.AnswerAsync(200) : call.AnswerAsync(307, "", $"Location: {other.At("x")}"));

        await PublishAsync(first.At("clip.mp4"));

        Assert.Equal(["/clip.mp4", "/logged"], first.Requests.Select(request => request.Target));
        AssertHasNoSecrets(first.Requests[1]);
        AssertHasNoSecrets(Assert.Single(other.Requests));
    }

    [Fact]
    public async Task A_redirected_upload_that_is_sent_again_gives_the_first_host_its_headers_again()
    {
        await using var other = new RawServer(call => call.AnswerAsync(503));
        await using var storage = new RawServer(call => call.AnswerAsync(307, "", $"Location: {other.At("clip.mp4")}"));

        var error = await Assert.ThrowsAsync<KlingException>(() => PublishAsync(storage.At("clip.mp4")));

        Assert.Equal((KlingErrorId.UploadFailed, 503), (error.ErrorId, error.StatusCode));
        Assert.True(storage.Requests.Count > 1);
        Assert.All(storage.Requests, AssertHasSecrets);
        Assert.All(other.Requests, AssertHasNoSecrets);
        Assert.DoesNotContain("user-secret", error.ToString() + error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Location: http://[bad")]
    [InlineData("Location: //:80/")]
    [InlineData("Location: ")]
    [InlineData("Location: http://storage.example.com/clip.mp4")]
    public async Task A_redirect_to_where_nothing_may_be_sent_is_an_error_of_the_upload(string location)
    {
        await using var storage = new RawServer(call => call.AnswerAsync(307, "", location));

        var error = await Assert.ThrowsAsync<KlingException>(() => PublishAsync(storage.At("clip.mp4")));

        Assert.Equal((KlingErrorId.UploadFailed, 307), (error.ErrorId, error.StatusCode));
        Assert.Single(storage.Requests);
    }

    [Fact]
    public void The_text_of_what_is_uploaded_where_has_no_header_and_no_signature()
    {
        var storage = new UploadStorage(new Uri("https://storage.example.com/a?sig=user-secret")) { Headers = Headers };
        var target = new UploadTarget(storage.UploadUrl, Headers);

        Assert.All([storage.ToString(), target.ToString()], text => Assert.Equal("storage.example.com", text[^19..]));
    }

    private async Task PublishAsync(Uri uploadUrl)
    {
        using var client = KlingClient.Connect(
            new ConnectionOptions { ApiKey = "sim-0123456789", BaseUri = new Uri("http://127.0.0.1:9/v1"), Home = _clips.PathOf("home") }, new ScaledTime(500));
        var options = new UploadOptions { Storage = new UploadStorage(uploadUrl) { Headers = Headers } };
        await client.PublishAsync(_clips.Write("clip.mp4", 1), options, new Progress<Notice>(), Cancel);
    }

    private static void AssertHasSecrets(RawRequest request) =>
        Assert.All(Headers, header => Assert.Equal(header.Value, request[header.Key]));

    private static void AssertHasNoSecrets(RawRequest request)
    {
        Assert.All(request.Headers, header => Assert.DoesNotContain("user-secret", header.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(Headers.Keys.Except(["Content-Type"]), request.Headers.ContainsKey);
    }
}
