using System.Buffers.Binary;

namespace KlingO3.Core.Tests.Files;

/// <summary>The smallest thing that is a whole MP4 by its boxes, as long as a test wants it.</summary>
internal static class TestVideo
{
    private const int Header = 8;

    public static byte[] Of(int length, int seed = 1)
    {
        var video = new byte[length];
        var at = Box(video, 0, "ftyp", 16);
        at = Box(video, at, "moov", 16);
        new Random(seed).NextBytes(video.AsSpan(at));
        Box(video, at, "mdat", length - at);
        return video;
    }

    private static int Box(byte[] video, int at, string type, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(video.AsSpan(at), length);
        System.Text.Encoding.ASCII.GetBytes(type, video.AsSpan(at + 4, Header - 4));
        return at + length;
    }
}
