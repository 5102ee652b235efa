using KlingO3.Input;
using KlingO3.Input.Media;
using Xunit;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Real clips: the probe says what ffprobe says.</summary>
public sealed class ClipTests(Clips clips)
{
    public static TheoryData<string> Names => [.. Clips.Recipes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_probe_agrees_with_ffprobe(string name) => await AgreesAsync(await clips.GetAsync(name));

    [Theory]
    [InlineData(90, 1280, 720)]
    [InlineData(180, 720, 1280)]
    [InlineData(270, 1280, 720)]
    public async Task A_turned_clip_has_the_size_that_is_shown(int degrees, int width, int height)
    {
        var media = await AgreesAsync(await clips.GetTurnedAsync(degrees));
        Assert.Equal((width, height), (media.Width, media.Height));
    }

    [Theory]
    [InlineData("png", "png")]
    [InlineData("jpg", "jpeg")]
    [InlineData("webp", "webp")]
    public async Task An_image_has_the_size_that_it_was_made_with(string ending, string format)
    {
        Ffmpeg.SkipWithout();
        var path = clips.PathOf($"image.{ending}");
        await Ffmpeg.RunAsync("-f", "lavfi", "-i", "testsrc=s=642x358", "-frames:v", "1", "-update", "1", path);
        var report = await MediaProbe.ProbeFileAsync(path, isVideo: false, "image_urls[0]", TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.Equal((format, 642, 358), (report.Media[0].Format, report.Media[0].Width, report.Media[0].Height));
    }

    private static async Task<KlingMedia> AgreesAsync(string path)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var expected = await Ffmpeg.ProbeAsync(path);
        var report = await MediaProbe.ProbeFileAsync(path, isVideo: true, "video_url", cancellation);
        var media = Assert.Single(report.Media);
        Assert.DoesNotContain(report.Findings, finding => finding.Rule is InputRules.MediaUnreadable or InputRules.MediaTruncated or InputRules.MediaFormat);
        Assert.Equal((expected.Width, expected.Height), (media.Width, media.Height));
        Assert.InRange(media.Duration!.Value.TotalSeconds, expected.Seconds - 0.01, expected.Seconds + 0.01);
        Assert.Equal(expected.Codec, media.Codec);
        Assert.Equal(expected.HasAudio, media.HasAudio);
        Assert.Equal(Path.GetExtension(path)[1..], media.Format);
        Assert.Equal(new FileInfo(path).Length, media.Length);
        return media;
    }
}
