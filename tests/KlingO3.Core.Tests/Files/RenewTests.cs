using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>A stored URL that is no good any more: the service is asked for another one before the video is given up.</summary>
public sealed class RenewTests
{
    private static readonly byte[] Video = TestVideo.Of(20_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(304)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(409)]
    [InlineData(410)]
    [InlineData(429)]
    [InlineData(451)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(204)]
    [InlineData(200, "<html>Log in</html>")]
    [InlineData(200, "")]
    [InlineData(302, "", "Location: http://example.com/v.mp4")]
    [InlineData(302, "", "Location: ?again")]
    [InlineData(200, "ftypmoov")]
    public async Task Whatever_a_stored_url_fails_with_the_service_is_asked_once_for_another(int status, string body = "", params string[] headers)
    {
        SaveBench? made = null;
        await using var bench = made = new SaveBench(call => call.Request.Target.Split('?')[0] switch
        {
            "/v1/prediction/p-1" => call.AnswerAsync(200, $$"""{"status":"success","output":"{{made!.Server.At("new.mp4")}}"}"""),
            "/new.mp4" => call.FileAsync(Video),
            _ => call.AnswerAsync(status, body, headers),
        });

        await bench.SaveAsync();

        Assert.Equal(Video, await File.ReadAllBytesAsync(bench.Target, Cancel));
        Assert.Equal((1, 1), (Count(bench, "/v1/prediction/p-1"), Count(bench, "/new.mp4")));
        Assert.Equal([Path.GetFileName(bench.Target)], bench.FilesInFolder);
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("")]
    [InlineData("http://example.com/v.mp4")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://")]
    public async Task A_url_that_was_told_as_nonsense_once_is_asked_for_again(string url)
    {
        SaveBench? made = null;
        await using var bench = made = new SaveBench(call => call.Request.Target.StartsWith("/v1/", StringComparison.Ordinal)
            ? call.AnswerAsync(200, $$"""{"status":"success","output":["{{made!.Server.At("a.mp4")}}","{{made!.Server.At("b.mov")}}"]}""")
            : call.FileAsync(Video));
        var prediction = bench.Prediction with { Outputs = new KlingOutputs([bench.Server.At("a.mp4").AbsoluteUri, url]) };

        var saved = await bench.Client.SaveAsync(prediction, bench.Options(), null, Cancel);
        var again = await bench.Client.SaveAsync(prediction, bench.Options(), null, Cancel);

        Assert.Equal(["row-p-1-2.mov", "row-p-1.mp4"], bench.FilesInFolder);
        Assert.Equal([false, false, true, true], saved.Concat(again).Select(video => video.WasThere));
        Assert.Equal((1, 1), (Count(bench, "/a.mp4"), Count(bench, "/b.mov")));
    }

    [Theory]
    [InlineData(401, "", 2)]
    [InlineData(403, "", 2)]
    [InlineData(302, "", 2)]
    [InlineData(500, "", 7)]
    [InlineData(200, "<html>Log in</html>", 3)]
    [InlineData(200, "", 3)]
    public async Task The_same_url_again_is_worth_one_more_attempt(int status, string body, int attempts)
    {
        SaveBench? made = null;
        await using var bench = made = new SaveBench(call => call.Request.Target.StartsWith("/v1/", StringComparison.Ordinal)
            ? call.AnswerAsync(200, $$"""{"status":"success","output":"{{made!.Server.At("file.mp4")}}"}""")
            : call.AnswerAsync(status, body));

        await bench.FailAsync();

        Assert.Equal((1, attempts), (Count(bench, "/v1/prediction/p-1"), Count(bench, "/file.mp4")));
        Assert.Empty(bench.FilesInFolder);
    }

    [Theory]
    [InlineData(410)]
    [InlineData(500)]
    public async Task A_new_url_that_fails_too_is_not_renewed_a_second_time(int status)
    {
        var asked = 0;
        SaveBench? made = null;
        await using var bench = made = new SaveBench(call => call.Request.Target.StartsWith("/v1/", StringComparison.Ordinal)
            ? call.AnswerAsync(200, $$"""{"status":"success","output":"{{made!.Server.At($"new.mp4?{++asked}")}}"}""")
            : call.AnswerAsync(status));

        var error = await bench.FailAsync();

        Assert.Contains($"HTTP {status}", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData(404, "", "404")]
    [InlineData(200, """{"status":"processing"}""", "Processing")]
    [InlineData(200, """{"status":"success","output":[]}""", "gives none")]
    public async Task Where_the_service_gives_no_url_the_error_says_both(int status, string body, string why)
    {
        await using var bench = new SaveBench(call => call.Request.Target.StartsWith("/v1/", StringComparison.Ordinal) ? call.AnswerAsync(status, body) : call.AnswerAsync(451));

        var error = await bench.FailAsync();

        Assert.Contains("HTTP 451", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_goes_on_after_a_renewal_has_all_its_attempts_again_without_asking_more()
    {
        var at = 0;
        SaveBench? made = null;
        await using var bench = made = new SaveBench(call => call.Request.Target.StartsWith("/v1/", StringComparison.Ordinal)
            ? call.AnswerAsync(200, $$"""{"status":"success","output":"{{made!.Server.At("file.mp4")}}"}""")
            : ++at switch
            {
                1 => call.AnswerAsync(403),
                2 or 4 => call.FileAsync(Video, cut: 1),
                3 or 5 or 6 => call.AnswerAsync(503),
                _ => call.FileAsync(Video),
            });

        await bench.SaveAsync();

        Assert.Equal((1, 7), (Count(bench, "/v1/prediction/p-1"), at));
    }

    private static int Count(SaveBench bench, string path) => bench.Server.Requests.Count(request => request.Target.Split('?')[0] == path);
}
