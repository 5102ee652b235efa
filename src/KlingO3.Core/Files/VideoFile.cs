using System.Buffers.Binary;

namespace KlingO3.Files;

/// <summary>Tells a whole MP4 or MOV from anything else: its boxes begin with ftyp, hold a moov and an mdat, and end where the file ends.</summary>
internal static class VideoFile
{
    private const int HeaderLength = 8;
    private const int LargeHeaderLength = 16;
    private const int MostBoxes = 100_000;

    /// <summary>Why the content is not what the file's name promises; null if it is. Names of other kinds promise only that it is not empty.</summary>
    public static string? Problem(Stream content, string name) => content.Length == 0
        ? "it is empty"
        : Path.GetExtension(name).ToUpperInvariant() is ".MP4" or ".MOV" or ".M4V" ? Problem(content) : null;

    /// <summary>Why the stream is not a whole video; null if it is one.</summary>
    private static string? Problem(Stream stream)
    {
        var (position, hasMovie, hasMedia) = (0L, false, false);
        Span<byte> header = stackalloc byte[LargeHeaderLength];
        for (var boxes = 0; position < stream.Length && boxes < MostBoxes; boxes++)
        {
            stream.Position = position;
            if (stream.ReadAtLeast(header, LargeHeaderLength, throwOnEndOfStream: false) < HeaderLength)
            {
                return "it ends within the header of a box";
            }

            var type = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
            if (boxes == 0 && !IsFirst(type))
            {
                return "it does not begin like an MP4 or MOV";
            }

            hasMovie |= type == 0x6D6F6F76; // moov
            hasMedia |= type == 0x6D646174; // mdat
            var length = Length(header, stream.Length - position);
            if (length < HeaderLength || length > stream.Length - position)
            {
                return "its last box is cut off";
            }

            position += length;
        }

        return !hasMovie ? "it has no moov box" : !hasMedia ? "it has no mdat box: the pictures are missing" : null;
    }

    /// <summary>ftyp; or what older MOV files begin with: moov, mdat, wide, free, skip.</summary>
    private static bool IsFirst(uint type) => type is 0x66747970 or 0x6D6F6F76 or 0x6D646174 or 0x77696465 or 0x66726565 or 0x736B6970;

    private static long Length(ReadOnlySpan<byte> header, long left) => BinaryPrimitives.ReadUInt32BigEndian(header) switch
    {
        0 => left,
        1 => BinaryPrimitives.ReadInt64BigEndian(header[8..]),
        var small => small,
    };
}
