using System.Buffers.Binary;
using System.Text;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Files made by hand, box by box.</summary>
internal static class Bytes
{
    public static byte[] Box(string type, params byte[][] content)
    {
        var size = 8 + content.Sum(part => part.Length);
        return [.. U32((uint)size), .. Encoding.Latin1.GetBytes(type), .. content.SelectMany(part => part)];
    }

    /// <summary>A box that says another size than it has.</summary>
    public static byte[] Lying(string type, uint size, params byte[][] content) => [.. U32(size), .. Box(type, content).AsSpan(4)];

    /// <summary>A box with a size of 64 bits.</summary>
    public static byte[] Large(string type, ulong size, params byte[][] content) =>
        [.. U32(1), .. Encoding.Latin1.GetBytes(type), .. U64(size), .. content.SelectMany(part => part)];

    public static byte[] U16(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] U64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Zeros(int count) => new byte[count];

    public static byte[] FileType(string brand = "isom") => Box("ftyp", Encoding.Latin1.GetBytes(brand), U32(512));

    public static byte[] MovieHeader(uint scale = 1000, uint duration = 5000) =>
        Box("mvhd", U32(0), U32(0), U32(0), U32(scale), U32(duration), Zeros(16), Matrix, Zeros(28));

    /// <summary>A picture track of 1280 × 720 px and 5 s.</summary>
    public static byte[] Track(
        uint scale = 1000, uint duration = 5000, ushort width = 1280, ushort height = 720, byte[]? edits = null, string handler = "vide", byte[]? description = null) =>
        Box(
            "trak",
            Box("tkhd", U32(1), U32(0), U32(0), U32(1), U32(0), U32(duration), Zeros(16), Matrix, U32((uint)width << 16), U32((uint)height << 16)),
            edits ?? [],
            Box(
                "mdia",
                Box("mdhd", U32(0), U32(0), U32(0), U32(scale), U32(duration), U32(0)),
                Box("hdlr", U32(0), U32(0), Encoding.Latin1.GetBytes(handler), Zeros(13)),
                Box("minf", Box("stbl", description ?? Description(width, height)))));

    public static byte[] Description(ushort width, ushort height) =>
        Box("stsd", U32(0), U32(1), Box("avc1", Zeros(24), U16(width), U16(height), Zeros(50)));

    /// <summary>A movie that every rule is content with.</summary>
    public static byte[] Movie(params byte[][] more) => Box("moov", [MovieHeader(), Track(), .. more]);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static byte[] Matrix => Join(U32(0x10000), U32(0), U32(0), U32(0), U32(0x10000), U32(0), U32(0), U32(0), U32(0x40000000));
}
