using System.Buffers.Binary;

namespace KlingO3.Input.Media.Images;

/// <summary>Reads the size of a PNG or WebP image from its first bytes.</summary>
internal static class ImageHeaders
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    public static bool IsPng(ReadOnlySpan<byte> head) => head.StartsWith(PngSignature);

    public static bool IsWebp(ReadOnlySpan<byte> head) => head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8);

    /// <summary>The size that IHDR, always the first chunk, holds (PNG specification, 11.2.1).</summary>
    public static MediaFacts Png(ReadOnlySpan<byte> head)
    {
        if (head.Length < 24 || !head[12..].StartsWith("IHDR"u8))
        {
            throw MediaFault.Damaged("the PNG does not begin with its size");
        }

        var width = BinaryPrimitives.ReadUInt32BigEndian(head[16..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(head[20..]);
        return Facts("png", width, height);
    }

    /// <summary>The size by the first chunk: lossy (RFC 6386, 9.1), lossless or extended (RFC 9649).</summary>
    public static MediaFacts Webp(ReadOnlySpan<byte> head)
    {
        if (head.Length < 30)
        {
            throw MediaFault.Damaged("the WebP ends in its head");
        }

        var chunk = head.Slice(12, 4);
        if (chunk.SequenceEqual("VP8 "u8) && head[23] == 0x9d && head[24] == 0x01 && head[25] == 0x2a)
        {
            return Facts("webp", Number14(head[26..]), Number14(head[28..]));
        }

        if (chunk.SequenceEqual("VP8L"u8) && head[20] == 0x2f)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return Facts("webp", (bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
        }

        if (chunk.SequenceEqual("VP8X"u8))
        {
            return Facts("webp", Number24(head[24..]) + 1, Number24(head[27..]) + 1);
        }

        throw MediaFault.Damaged("the WebP has no picture that is known");
    }

    /// <summary>The facts, if the size is one that an image can have.</summary>
    public static MediaFacts Facts(string format, uint width, uint height) => width is > 0 and < 1_000_000 && height is > 0 and < 1_000_000
        ? new MediaFacts { Format = format, Width = (int)width, Height = (int)height }
        : throw MediaFault.Damaged($"it says to be {width} × {height} px");

    private static uint Number14(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes) & 0x3fffu;

    private static uint Number24(ReadOnlySpan<byte> bytes) => bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);
}
