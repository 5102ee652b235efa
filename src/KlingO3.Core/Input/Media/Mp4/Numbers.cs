using System.Buffers.Binary;

namespace KlingO3.Input.Media.Mp4;

/// <summary>Numbers in a box's content. What lies beyond its end is 0: a short box says less, it breaks nothing.</summary>
internal static class Numbers
{
    public static uint UInt32(ReadOnlySpan<byte> bytes, int at) => at + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) : 0;

    public static ulong UInt64(ReadOnlySpan<byte> bytes, int at) => at + 8 <= bytes.Length ? BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]) : 0;

    public static int UInt16(ReadOnlySpan<byte> bytes, int at) => at + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : 0;

    /// <summary>Whether the numbers of a box are of version 1, which has them in 64 bits.</summary>
    public static bool IsLong(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] == 1;

    /// <summary>A duration, of 4 bytes in version 0 and of 8 in version 1; 0 where it is unknown (all ones).</summary>
    public static ulong Duration(ReadOnlySpan<byte> bytes, int atOf0, int atOf1)
    {
        if (IsLong(bytes))
        {
            var large = UInt64(bytes, atOf1);
            return large == ulong.MaxValue ? 0 : large;
        }

        var small = UInt32(bytes, atOf0);
        return small == uint.MaxValue ? 0 : small;
    }

    /// <summary>Whether a matrix turns by 90° or 270°: what runs across then runs down.</summary>
    public static bool IsQuarterTurn(ReadOnlySpan<byte> bytes, int at)
    {
        long a = (int)UInt32(bytes, at), b = (int)UInt32(bytes, at + 4), c = (int)UInt32(bytes, at + 12), d = (int)UInt32(bytes, at + 16);
        return Math.Abs(b) > Math.Abs(a) && Math.Abs(c) > Math.Abs(d);
    }
}
