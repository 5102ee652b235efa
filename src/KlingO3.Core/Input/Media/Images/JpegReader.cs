using System.Buffers.Binary;

namespace KlingO3.Input.Media.Images;

/// <summary>Walks the segments of a JPEG to the frame header, which has its size (ITU-T T.81, B.2.2).</summary>
internal static class JpegReader
{
    private const int MostSegments = 2000;

    public static bool Is(ReadOnlySpan<byte> head) => head.Length >= 3 && head[0] == 0xff && head[1] == 0xd8 && head[2] == 0xff;

    /// <summary>The size as it is stored. Exif may turn it by 90°, but every rule for images holds for both ways.</summary>
    public static async Task<MediaFacts> ReadAsync(ByteWindow window, CancellationToken cancellationToken)
    {
        var at = 2L;
        for (var segment = 0; segment < MostSegments; segment++)
        {
            var head = await window.ReadAsync(at, 9, cancellationToken).ConfigureAwait(false);
            if (head.Length < 4)
            {
                throw new MediaFault(InputRules.MediaTruncated, "The JPEG ends before its size is told.");
            }

            if (head.Span[0] != 0xff)
            {
                throw MediaFault.Damaged("the JPEG has no marker where one belongs");
            }

            var marker = head.Span[1];
            if (IsFrame(marker) && head.Length == 9)
            {
                return ImageHeaders.Facts(
                    "jpeg", BinaryPrimitives.ReadUInt16BigEndian(head.Span[7..]), BinaryPrimitives.ReadUInt16BigEndian(head.Span[5..]));
            }

            // Fill bytes and markers without content are one step; others have their length after the marker.
            at += marker == 0xff ? 1 : marker is 0x01 or (>= 0xd0 and <= 0xd8) ? 2 : 2 + Length(head.Span);
        }

        throw MediaFault.Damaged("the JPEG has no frame");
    }

    /// <summary>SOF0..SOF15, without DHT, JPG and DAC, whose numbers lie among them.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);

    private static int Length(ReadOnlySpan<byte> head)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
        return length >= 2 ? length : throw MediaFault.Damaged("a segment of the JPEG is shorter than its own head");
    }
}
