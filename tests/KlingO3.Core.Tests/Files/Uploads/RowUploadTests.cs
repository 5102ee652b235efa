using System.Text.Json;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>Rows that name local files, from the file to the create.</summary>
public sealed class RowUploadTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IDisposable
{
    private readonly ClipFolder _clips = new();

    public void Dispose() => _clips.Dispose();

    [Fact]
    public async Task Twelve_clips_in_two_runs_are_uploaded_once_and_created_once_with_their_URLs()
    {
        await using var shop = await OpenAsync();
        string[] clips = [.. Enumerable.Range(0, 12).Select(n => _clips.Write($"clip{n}.mp4", n))];

        await CreateAsync(shop, clips.Select(clip => ClipFolder.Row(clip)));
        var again = await CreateAsync(shop, clips.Select(clip => ClipFolder.Row(clip)));

        var state = await shop.StateAsync();
        Assert.Equal((12, 12, 12), (state.Number("presigns"), state.Number("puts"), state.Number("creates")));
        Assert.All(again, result => Assert.Equal(CreateOutcome.Found, result.Outcome));
        Assert.Equal(clips.Select(ClipFolder.Sha256), Jobs(state).Select(job => Content(state, VideoOf(job))));
        Assert.Equal(Jobs(state).Select(VideoOf), again.Select(result => (string?)result.Prediction!.Input!["video_url"]));
        Assert.All(state.GetProperty("uploads").EnumerateArray(), upload => Assert.Equal("video/mp4", upload.GetProperty("contentType").GetString()));
        Assert.Equal((0, 0), (state.Number("keysInUrls"), state.Number("keysSentToFiles")));
    }

    [Fact]
    public async Task A_clip_that_was_renamed_is_the_same_row_and_one_that_was_changed_is_another()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1);
        var first = Assert.Single(await CreateAsync(shop, [ClipFolder.Row(clip)]));
        File.Move(clip, _clips.PathOf("renamed.mov"));

        var renamed = Assert.Single(await CreateAsync(shop, [ClipFolder.Row(_clips.PathOf("renamed.mov"))]));
        Assert.Equal((CreateOutcome.Found, first.Prediction!.Id), (renamed.Outcome, renamed.Prediction!.Id));

        _clips.Write("renamed.mov", 2);
        var changed = Assert.Single(await CreateAsync(shop, [ClipFolder.Row(_clips.PathOf("renamed.mov"))]));
        Assert.Equal(CreateOutcome.Created, changed.Outcome);
        var state = await shop.StateAsync();
        Assert.Equal((2, 2), (state.Number("puts"), state.Number("creates")));
    }

    [Fact]
    public async Task A_name_that_the_row_gives_is_part_of_the_row_whatever_the_file_is_called()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1);
        VideoRequest Named(string name) => ClipFolder.Row(clip) with { Name = name, IsNamedByFile = false };

        await CreateAsync(shop, [Named("a"), Named("b")]);
        var again = await CreateAsync(shop, [Named("b"), Named("a")]);

        Assert.Equal(["b", "a"], again.Select(result => result.Prediction!.Name));
        var state = await shop.StateAsync();
        Assert.Equal((1, 2), (state.Number("puts"), state.Number("creates")));
    }

    [Fact]
    public async Task A_row_is_still_known_when_its_URL_has_expired_and_a_new_row_gets_a_new_one()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1);
        var (early, late) = (shop.Client(), shop.Client(time: new LaterTime(TimeSpan.FromDays(200))));
        Assert.Single(await shop.CreateAsync(early, [ClipFolder.Row(clip)]));

        var found = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(late, [ClipFolder.Row(clip)])));
        Assert.Equal((CreateOutcome.Found, 1), (found.Outcome, (await shop.StateAsync()).Number("puts")));

        Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(late, [ClipFolder.Row(clip, prompt: "b")])));
        var state = await shop.StateAsync();
        Assert.Equal((2, 2), (state.Number("puts"), state.Number("creates")));
        Assert.Equal(2, Jobs(state).Select(VideoOf).Distinct().Count());
    }

    [Fact]
    public async Task One_content_in_many_rows_of_three_processes_at_once_is_uploaded_once()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1, 2_000_000);
        File.Copy(clip, _clips.PathOf("copy.mp4"));
        await shop.Simulator.FaultsAsync(new { on = "presign", @do = "slow", seconds = 20 });

        await Task.WhenAll(Enumerable.Range(0, 3).Select(process =>
            CreateAsync(shop, [ClipFolder.Row(clip, null, $"{process} a"), ClipFolder.Row(_clips.PathOf("copy.mp4"), null, $"{process} b")])));

        var state = await shop.StateAsync();
        Assert.Equal((1, 1, 6), (state.Number("presigns"), state.Number("puts"), state.Number("creates")));
        Assert.Single(Jobs(state).Select(VideoOf).Distinct());
    }

    [Fact]
    public async Task Images_and_elements_are_uploaded_as_what_they_are_and_the_rest_of_the_row_stays()
    {
        await using var shop = await OpenAsync();
        var (clip, image) = (_clips.Write("clip.mp4", 1), _clips.PathOf("image.png"));
        File.WriteAllBytes(image, Pictures.Png);
        var row = new VideoRequest(SimulatorClient.Model, new KlingInput
        {
            ["prompt"] = "/imagine @Element1",
            ["video_url"] = clip,
            ["image_urls"] = new[] { "https://cdn.example.com/a.png", image },
            ["elements"] = new object[] { new KlingInput { ["frontal_image_url"] = image, ["reference_image_urls"] = new[] { image } } },
        });

        Assert.Single(await CreateAsync(shop, [row]));

        var state = await shop.StateAsync();
        var sent = Assert.Single(Jobs(state)).GetProperty("input");
        var element = sent.GetProperty("elements")[0];
        var url = sent.GetProperty("image_urls")[1].GetString();
        Assert.Equal(("/imagine @Element1", "https://cdn.example.com/a.png"), (sent.GetProperty("prompt").GetString(), sent.GetProperty("image_urls")[0].GetString()));
        Assert.Equal((url, url), (element.GetProperty("frontal_image_url").GetString(), element.GetProperty("reference_image_urls")[0].GetString()));
        Assert.Equal(ClipFolder.Sha256(image), Content(state, url));
        Assert.Equal(["image/png", "video/mp4"], state.GetProperty("uploads").EnumerateArray().Select(upload => upload.GetProperty("contentType").GetString()).Order());
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_is_settled_by_the_URL_that_was_sent()
    {
        await using var shop = await OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "reset-after" });

        var result = Assert.Single(await CreateAsync(shop, [ClipFolder.Row(_clips.Write("clip.mp4", 1))]));

        var state = await shop.StateAsync();
        Assert.Equal((CreateOutcome.Settled, 1, 1), (result.Outcome, state.Number("creates"), state.Number("puts")));
        Assert.Equal(VideoOf(Assert.Single(Jobs(state))), result.Prediction!.Input!["video_url"]);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_one_error_and_the_other_rows_go_on()
    {
        await using var shop = await OpenAsync();
        var rows = new[] { ClipFolder.Row(_clips.Write("a.mp4", 1)), ClipFolder.Row(_clips.PathOf("gone.mp4")), ClipFolder.Row(_clips.Write("c.mp4", 3)) };

        var outcomes = await shop.CreateAsync(shop.Client(), rows);

        var error = Assert.IsType<KlingException>(outcomes[1]);
        Assert.Equal(KlingErrorId.UploadFailed, error.ErrorId);
        Assert.Contains("gone.mp4' could not be uploaded: it is not there", error.Message, StringComparison.Ordinal);
        Assert.All([outcomes[0], outcomes[2]], outcome => Assert.IsType<CreateResult>(outcome));
        Assert.Equal(2, (await shop.StateAsync()).Number("creates"));
    }

    [Theory]
    [InlineData(SimulatorClient.Model, "video_url")]
    [InlineData(SimulatorClient.Model, "image_urls")]
    [InlineData(SimulatorClient.Model, "elements")]
    [InlineData("a-model-of-tomorrow", "video_url")]
    [InlineData("a-model-of-tomorrow", "image_urls")]
    [InlineData("a-model-of-tomorrow", "elements")]
    public async Task A_file_that_is_no_known_image_or_video_is_one_error_and_nothing_of_its_row_is_sent(string model, string input)
    {
        await using var shop = await OpenAsync();
        var secret = _clips.Write("id_rsa", [.. "-----BEGIN OPENSSH PRIVATE KEY-----\n"u8]);
        object value = input switch
        {
            "image_urls" => new[] { "https://cdn.example.com/a.png", secret },
            "elements" => new object[] { new KlingInput { ["frontal_image_url"] = "https://cdn.example.com/a.png", ["reference_image_urls"] = new[] { secret } } },
            _ => secret,
        };

        // The clip comes first, and is not uploaded either.
        var row = new VideoRequest(model, new KlingInput { ["prompt"] = "a", ["video_url"] = _clips.Write("clip.mp4", 1), [input] = value });
        var outcomes = await shop.CreateAsync(shop.Client(), [row, ClipFolder.Row(_clips.Write("good.mp4", 2))]);

        var error = Assert.IsType<KlingException>(outcomes[0]);
        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.Contains("id_rsa' is not uploaded: it is no known image or video", error.Message, StringComparison.Ordinal);
        Assert.IsType<CreateResult>(outcomes[1]);
        var state = await shop.StateAsync();
        Assert.Equal((1, 1, 1), (state.Number("presigns"), state.Number("puts"), state.Number("creates")));
    }

    [Fact]
    public async Task A_clip_that_becomes_something_else_after_it_was_checked_is_not_uploaded()
    {
        await using var shop = await OpenAsync();
        var clip = _clips.Write("clip.mp4", 1);
        var check = VideoChecks.Check(new VideoDraft { Values = ClipFolder.Row(clip).Input.Cast<System.Collections.DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => entry.Value) }, true, path => path);
        _clips.Write("clip.mp4", [.. "-----BEGIN OPENSSH PRIVATE KEY-----\n"u8]);

        Assert.True(check.IsValid);
        Assert.IsType<KlingException>(Assert.Single(await shop.CreateAsync(shop.Client(), [new VideoRequest(check.Model, check.Input)])));
        Assert.Equal(0, (await shop.StateAsync()).Number("puts"));
    }

    [Fact]
    public async Task A_wrong_key_ends_the_run_before_anything_is_uploaded_or_created()
    {
        await using var shop = await OpenAsync();
        var client = shop.Client(options => options with { ApiKey = "wrong-key-of-nobody" });
        var run = shop.Run(client);

        var ticket = run.Submit(ClipFolder.Row(_clips.Write("clip.mp4", 1)), TestContext.Current.CancellationToken);

        Assert.Equal(CreateOutcome.NotSent, (await ticket.Result).Outcome);
        Assert.Equal(KlingErrorId.Unauthorized, run.Stopped?.ErrorId);
        Assert.Equal((0, 0), ((await shop.StateAsync()).Number("puts"), (await shop.StateAsync()).Number("creates")));
    }

    private Task<Workshop> OpenAsync() => Workshop.OpenOnAsync(fixture.Simulator);

    /// <summary>As a process of its own.</summary>
    private static async Task<IReadOnlyList<CreateResult>> CreateAsync(Workshop shop, IEnumerable<VideoRequest> rows) =>
        [.. (await shop.CreateAsync(shop.Client(), rows)).Select(outcome => Assert.IsType<CreateResult>(outcome))];

    private static JsonElement[] Jobs(JsonElement state) => [.. state.GetProperty("jobs").EnumerateArray().OrderBy(job => job.GetProperty("number").GetInt64())];

    private static string? VideoOf(JsonElement job) => job.GetProperty("input").GetProperty("video_url").GetString();

    /// <summary>What the storage has at a URL.</summary>
    private static string? Content(JsonElement state, string? url) => state.GetProperty("uploads").EnumerateArray()
        .Single(upload => url!.EndsWith("/files/" + upload.GetProperty("name").GetString(), StringComparison.Ordinal)).GetProperty("sha256").GetString();

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
    }
}
