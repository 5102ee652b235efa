using KlingO3.Input;
using Xunit;
using static KlingO3.Core.Tests.Input.Media.Bytes;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>The service's limits for videos and images, at their edges.</summary>
public sealed class MediaRuleTests
{
    [Theory]
    [InlineData(2949, "Error")]
    [InlineData(2950, "Warning")]
    [InlineData(2999, "Warning")]
    [InlineData(3000, null)]
    [InlineData(10000, null)]
    [InlineData(10001, "Warning")]
    [InlineData(10050, "Warning")]
    [InlineData(10051, "Error")]
    [InlineData(12000, "Error")]
    public void A_video_plays_3_to_10_seconds_with_a_little_slack(uint milliseconds, string? severity) =>
        Expect(Video(duration: milliseconds), InputRules.MediaDuration, severity);

    [Theory]
    [InlineData(719, 1280, "Error")]
    [InlineData(720, 1280, null)]
    [InlineData(1280, 719, "Error")]
    [InlineData(2160, 2160, null)]
    [InlineData(2161, 1080, "Error")]
    [InlineData(2160, 3840, "Error")]
    [InlineData(640, 360, "Error")]
    public void A_video_has_720_to_2160_pixels_a_side(int width, int height, string? severity) =>
        Expect(Video(width: (ushort)width, height: (ushort)height), InputRules.MediaDimensions, severity);

    [Theory]
    [InlineData(300, 300, null, null)]
    [InlineData(299, 400, InputRules.MediaDimensions, "Error")]
    [InlineData(400, 299, InputRules.MediaDimensions, "Error")]
    [InlineData(400, 1000, null, null)]
    [InlineData(1000, 400, null, null)]
    [InlineData(399, 1000, InputRules.MediaAspect, "Error")]
    [InlineData(1001, 400, InputRules.MediaAspect, "Error")]
    public void An_image_has_300_pixels_a_side_and_is_no_strip(int width, int height, string? rule, string? severity)
    {
        byte[] png = [0x89, .. "PNG\r\n\u001a\n"u8, .. U32(13), .. "IHDR"u8, .. U32((uint)width), .. U32((uint)height), .. Zeros(20)];
        byte[] jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8, .. U16((ushort)height), .. U16((ushort)width), 3, 0, 0];
        byte[] lossy = [.. "RIFF"u8, .. Zeros(4), .. "WEBPVP8 "u8, .. Zeros(7), 0x9d, 1, 0x2a, .. U16((ushort)width).Reverse(), .. U16((ushort)height).Reverse(), 0, 0];
        var bits = (uint)(width - 1) | ((uint)(height - 1) << 14);
        byte[] lossless = [.. "RIFF"u8, .. Zeros(4), .. "WEBPVP8L"u8, .. Zeros(4), 0x2f, .. U32(bits).Reverse(), .. Zeros(10)];
        byte[] extended = [.. "RIFF"u8, .. Zeros(4), .. "WEBPVP8X"u8, .. Zeros(8), .. U32((uint)width - 1).Reverse().Take(3), .. U32((uint)height - 1).Reverse().Take(3)];
        foreach (var (format, bytes) in new[] { ("png", png), ("jpeg", jpeg), ("webp", lossy), ("webp", lossless), ("webp", extended) })
        {
            var (media, findings) = Probing.Run(bytes, Probing.Image);
            Assert.Equal((format, width, height), (media.Format, media.Width, media.Height));
            Assert.Equal((rule, severity), findings.Count == 0 ? (null, null) : (findings.Single().Rule, findings.Single().Severity.ToString()));
        }
    }

    [Theory]
    [InlineData(true, 200_000_000, null)]
    [InlineData(true, 200_000_001, "Warning")]
    [InlineData(true, 209_715_201, "Error")]
    [InlineData(false, 10_000_000, null)]
    [InlineData(false, 10_000_001, "Warning")]
    [InlineData(false, 10_485_761, "Error")]
    public async Task A_file_is_not_too_large(bool isVideo, long length, string? severity)
    {
        var head = isVideo ? Join(FileType(), Movie(), Lying("mdat", (uint)(length - FileType().Length - Movie().Length))) : Png;
        using var file = new FileServer { Head = head, Length = length };
        var report = await file.ProbeAsync(isVideo);
        Assert.Equal(severity, report.Findings.SingleOrDefault(finding => finding.Rule == InputRules.MediaSize)?.Severity.ToString());
        Assert.Equal(length, report.Media.Single(media => media.Field == (isVideo ? "video_url" : "image_urls[0]")).Length);
    }

    [Fact]
    public void An_image_for_a_video_and_a_video_for_an_image_are_told()
    {
        Assert.Equal(InputRules.MediaFormat, Assert.Single(Probing.Run(Png).Findings).Rule);
        Assert.Equal(InputRules.MediaFormat, Assert.Single(Probing.Run(Join(FileType(), Movie()), Probing.Image).Findings).Rule);
    }

    private static byte[] Png => [0x89, .. "PNG\r\n\u001a\n"u8, .. U32(13), .. "IHDR"u8, .. U32(800), .. U32(600), .. Zeros(20)];

    private static byte[] Video(uint duration = 5000, ushort width = 1280, ushort height = 720) =>
        Join(FileType(), Box("moov", MovieHeader(duration: duration), Track(duration: duration, width: width, height: height)), Box("mdat"));

    private static void Expect(byte[] file, string rule, string? severity) =>
        Assert.Equal(severity is null ? [] : [(rule, severity)], Probing.Run(file).Findings.Select(finding => (finding.Rule, finding.Severity.ToString())));
}
