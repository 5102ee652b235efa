using System.Buffers.Binary;
using System.Text;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files;

public sealed class VideoFileTests
{
    [Theory]
    [InlineData("ftyp moov mdat", null)]
    [InlineData("ftyp mdat moov", null)]
    [InlineData("moov mdat", null)]
    [InlineData("ftyp moov", "no mdat box")]
    [InlineData("ftyp mdat", "no moov box")]
    [InlineData("html moov mdat", "does not begin like")]
    public void A_whole_video_has_both_its_description_and_its_pictures(string boxes, string? problem)
    {
        var content = new MemoryStream([.. boxes.Split(' ').SelectMany(Box)]);

        Assert.Contains(problem ?? "", VideoFile.Problem(content, "a.mp4") ?? "", StringComparison.Ordinal);
        Assert.Equal(problem is null, VideoFile.Problem(content, "a.mp4") is null);
    }

    [Fact]
    public void A_file_that_ends_anywhere_within_a_box_is_not_whole()
    {
        byte[] whole = [.. Box("ftyp"), .. Box("moov"), .. Box("mdat")];

        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.NotNull(VideoFile.Problem(new MemoryStream(whole[..length]), "a.mov")));
    }

    private static byte[] Box(string type)
    {
        var box = new byte[24];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Encoding.ASCII.GetBytes(type, box.AsSpan(4));
        return box;
    }
}
