using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>One file to the service: what goes wrong on the way, and what is uploaded again.</summary>
public sealed class PublishTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IDisposable
{
    private readonly ClipFolder _clips = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _clips.Dispose();

    [Fact]
    public async Task An_asset_says_where_it_lies_what_it_is_and_until_when()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1);
        var before = DateTimeOffset.UtcNow;

        var asset = await PublishAsync(shop, clip, new UploadOptions { ExpiresIn = TimeSpan.FromDays(7) });

        Assert.Equal((clip, 20_000, ClipFolder.Sha256(clip)), (asset.Path, asset.Length, asset.Sha256));
        Assert.InRange(asset.ExpiresAt!.Value - before, TimeSpan.FromDays(6.9), TimeSpan.FromDays(7.1));
        Assert.Equal(await File.ReadAllBytesAsync(clip, Cancel), await shop.Simulator.Http.GetByteArrayAsync(new Uri(asset.Url), Cancel));
    }

    [Fact]
    public async Task A_URL_is_used_again_unless_a_longer_life_or_another_upload_is_asked_for()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1);
        var week = new UploadOptions { ExpiresIn = TimeSpan.FromDays(7) };

        var first = await PublishAsync(shop, clip, week);
        Assert.Equal((first.Url, first.Url), ((await PublishAsync(shop, clip, week)).Url, (await PublishAsync(shop, clip)).Url));
        Assert.Equal(1, (await shop.StateAsync()).Number("puts"));

        var longer = await PublishAsync(shop, clip, new UploadOptions { ExpiresIn = TimeSpan.FromDays(30) });
        var anew = await PublishAsync(shop, clip, new UploadOptions { Force = true });
        Assert.Equal(3, new[] { first.Url, longer.Url, anew.Url }.Distinct().Count());
        Assert.Equal((anew.Url, 3), ((await PublishAsync(shop, clip)).Url, (await shop.StateAsync()).Number("puts")));
    }

    [Theory]
    [InlineData("put", "status", 503)]
    [InlineData("put", "429", 429)]
    [InlineData("put", "reset-before", 0)]
    [InlineData("put", "reset-after", 0)]
    [InlineData("put", "gateway", 504)]
    [InlineData("presign", "reset-after", 0)]
    [InlineData("presign", "status", 500)]
    public async Task What_may_pass_is_tried_again(string on, string fault, int status)
    {
        await using var shop = await OpenAsync();
        await shop.Simulator.FaultsAsync(status is 0 or 504 or 429 ? new { on, @do = fault, times = 3 } : new { on, @do = fault, times = 3, status });
        var clip = _clips.Write("clip.mp4", 1, 3_000_000);

        var asset = await PublishAsync(shop, clip);

        var state = await shop.StateAsync();
        Assert.Equal((3, asset.Sha256), (state.Number("injected"), Assert.Single(state.GetProperty("uploads").EnumerateArray(), upload => asset.Url.EndsWith(upload.GetProperty("name").GetString()!, StringComparison.Ordinal)).GetProperty("sha256").GetString()));
    }

    [Fact]
    public async Task An_upload_address_that_expired_is_asked_for_again()
    {
        await using var shop = await OpenAsync();

        // The simulator's clock runs on while the answer comes.
        await shop.Simulator.FaultsAsync(new { on = "presign", @do = "slow", seconds = 1000 });
        var asset = await PublishAsync(shop, _clips.Write("clip.mp4", 1, 3_000_000), time: TimeProvider.System);

        var state = await shop.StateAsync();
        Assert.Equal((2, 2), (state.Number("presigns"), state.Number("puts")));
        Assert.Equal([403, 200], state.GetProperty("calls").EnumerateArray().Where(call => call.GetProperty("method").GetString() == "PUT").Select(call => call.GetProperty("status").GetInt32()));
        Assert.NotEmpty(asset.Url);
    }

    [Fact]
    public async Task A_storage_that_takes_nothing_is_an_error_that_names_what_it_said_and_no_signature()
    {
        await using var shop = await OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "put", @do = "status", status = 403, times = -1, body = "<Error><Code>SignatureDoesNotMatch</Code></Error>" });
        var clip = _clips.Write("clip.mp4", 1);

        var error = await Assert.ThrowsAsync<KlingException>(() => PublishAsync(shop, clip));

        Assert.Equal((KlingErrorId.UploadFailed, 403), (error.ErrorId, error.StatusCode));
        Assert.Contains("HTTP 403 (SignatureDoesNotMatch)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz", error.ToString() + error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(3, (await shop.StateAsync()).GetProperty("calls").EnumerateArray().Count(call => call.GetProperty("method").GetString() == "PUT"));

        // The claim is given back: the next one uploads.
        await shop.Simulator.ClearFaultsAsync();
        await PublishAsync(shop, clip);
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_uploaded_is_an_error_and_leaves_nothing_at_the_storage()
    {
        await using var shop = await OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "presign", @do = "slow", seconds = 100 });
        var clip = _clips.Write("clip.mp4", 1, 3_000_000);
        var upload = PublishAsync(shop, clip);
        await Until.TrueAsync(async () => (await shop.StateAsync()).Number("presigns") == 1);

        // As long as before, and as old: only its bytes differ.
        var changedAt = File.GetLastWriteTimeUtc(clip);
        _clips.Write("clip.mp4", 2, 3_000_000);
        File.SetLastWriteTimeUtc(clip, changedAt);

        var error = await Assert.ThrowsAsync<KlingException>(() => upload);
        Assert.Equal(KlingErrorId.UploadFailed, error.ErrorId);
        Assert.Contains("it changed while it was read", error.Message, StringComparison.Ordinal);
        Assert.All((await shop.StateAsync()).GetProperty("uploads").EnumerateArray(), stored => Assert.Equal(0, stored.GetProperty("puts").GetInt32()));
    }

    [Fact]
    public async Task A_file_that_another_program_holds_is_an_error_that_says_so()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1);
        using var held = new FileStream(clip, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var error = await Assert.ThrowsAsync<KlingException>(() => PublishAsync(shop, clip));

        Assert.Contains("another program has it locked", error.Message, StringComparison.Ordinal);
        Assert.Equal((KlingErrorId.UploadFailed, 0), (error.ErrorId, (await shop.StateAsync()).Number("presigns")));
    }

    [Fact]
    public async Task A_file_above_the_limit_is_not_sent_and_the_error_says_to_give_a_URL()
    {
        await using var shop = await OpenAsync();
        using (var sparse = File.Create(_clips.PathOf("large.mp4")))
        {
            sparse.SetLength(Uploader.LargestUpload + 1);
        }

        var error = await Assert.ThrowsAsync<KlingException>(() => PublishAsync(shop, _clips.PathOf("large.mp4")));

        Assert.Equal((KlingErrorId.UploadFailed, 0), (error.ErrorId, (await shop.StateAsync()).Number("presigns")));
        Assert.Contains("give that URL", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes.txt", "passwords", "text/plain")]
    [InlineData("id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----", "application/octet-stream")]
    [InlineData("clip.mp4", "....ftypisom and then a key", "video/mp4")]
    public async Task A_file_that_is_no_known_image_or_video_is_uploaded_only_where_any_file_is_asked_for(string name, string content, string contentType)
    {
        await using var shop = await OpenAsync();
        var file = _clips.Write(name, System.Text.Encoding.ASCII.GetBytes(content));

        var error = await Assert.ThrowsAsync<KlingException>(() => PublishAsync(shop, file));

        Assert.Equal((KlingErrorId.InvalidInput, 0), (error.ErrorId, (await shop.StateAsync()).Number("presigns")));
        Assert.Contains("-AnyFile", error.RecommendedAction, StringComparison.Ordinal);

        await PublishAsync(shop, file, new UploadOptions { AnyFile = true });
        var state = await shop.StateAsync();
        Assert.Equal((1, contentType), (state.Number("puts"), Assert.Single(state.GetProperty("uploads").EnumerateArray()).GetProperty("contentType").GetString()));
    }

    [Fact]
    public async Task A_named_pipe_is_an_error_and_does_not_wait_for_its_writer()
    {
        NamedPipe.SkipWithout();
        await using var shop = await OpenAsync();
        var pipe = await NamedPipe.MakeAsync(_clips.PathOf("pipe.mp4"));
        var link = _clips.PathOf("link.mp4");
        File.CreateSymbolicLink(link, pipe);

        foreach (var path in (string[])[pipe, link])
        {
            var upload = Task.Run(() => PublishAsync(shop, path, new UploadOptions { AnyFile = true }), Cancel);
            var error = await Assert.ThrowsAsync<KlingException>(() => upload.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
            Assert.Contains("no regular file", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await shop.StateAsync()).Number("presigns"));
    }

    [Fact]
    public async Task An_upload_that_is_cancelled_leaves_no_claim_behind()
    {
        await using var shop = await OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "put", @do = "hang" });
        using var cancel = new CancellationTokenSource();
        var clip = _clips.Write("clip.mp4", 1);
        var upload = shop.Client().PublishAsync(clip, new UploadOptions(), new Progress<Notice>(), cancel.Token);
        await Until.TrueAsync(async () => (await shop.StateAsync()).Number("puts") == 1);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);

        Assert.NotEmpty((await PublishAsync(shop, clip)).Url);
    }

    private Task<Workshop> OpenAsync() => Workshop.OpenOnAsync(fixture.Simulator);

    private static Task<KlingAsset> PublishAsync(Workshop shop, string path, UploadOptions? options = null, TimeProvider? time = null) =>
        shop.Client(time: time ?? new ScaledTime(20)).PublishAsync(path, options ?? new UploadOptions(), new Progress<Notice>(), Cancel);
}
