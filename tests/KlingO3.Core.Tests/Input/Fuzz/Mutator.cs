using System.Buffers.Binary;

namespace KlingO3.Core.Tests.Input.Fuzz;

/// <summary>Breaks files and texts, always in the same way for the same seed.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly uint[] Numbers = [0, 1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

    private static readonly string[] Types =
        ["ftyp", "moov", "mvhd", "trak", "tkhd", "edts", "elst", "mdia", "mdhd", "hdlr", "minf", "stbl", "stsd", "mvex", "trex", "mehd",
            "moof", "traf", "tfhd", "tfdt", "trun", "sidx", "mfra", "tfra", "mfro", "mdat", "free", "uuid", "vide", "soun", "heic", "qt  "];

    private static readonly string[] Pieces =
    [
        "", " ", ";", "|", "[", "]", "{", "}", "\"", "\\", ",", ":", "\\u0000", "\\ud83c", "null", "true", "-0", "1e999", "@Image1", "@image 2", "@Element99999999999", "<<<image_1>>>",
        "https://", "http://", "HTTPS://", "//", "user:pw@", "localhost", "127.1", "[::1]", "é-.com", "xn--é", "%00", ".mp4", "?x=.mp4",
            "data:", "C:\\", "file:///", "16x9", "5s", "\0", "\u202E", "\uD83C",
        "\uFEFF", "🌧", "\r\n", "\u0085", "frontal_image_url", "reference_image_urls", "[[[[[[[[", "{\"a\":",
    ];

    private readonly Random _random = new(seed);

    /// <summary>One of several.</summary>
    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>Whether the dice say so.</summary>
    public bool Chance(int inHowMany) => _random.Next(inHowMany) == 0;

    /// <summary>The file with one to eight things wrong.</summary>
    public byte[] Break(byte[] file, byte[] other)
    {
        var broken = new List<byte>(file);
        for (var count = _random.Next(1, 9); count > 0 && broken.Count > 0; count--)
        {
            BreakOnce(broken, other);
        }

        return [.. broken];
    }

    /// <summary>The text with one to four things wrong.</summary>
    public string Break(string text)
    {
        for (var count = _random.Next(1, 5); count > 0; count--)
        {
            var at = _random.Next(text.Length + 1);
            var length = _random.Next(Math.Min(text.Length - at, 12) + 1);
            text = _random.Next(5) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.Substring(at, length)),
                2 => text.Insert(at, ((char)_random.Next(0x10000)).ToString()),
                3 => text.Remove(at, length).Insert(at, Pick(Pieces)),
                _ => text.Insert(at, Pick(Pieces)),
            };
        }

        return text;
    }

    private void BreakOnce(List<byte> file, byte[] other)
    {
        var at = _random.Next(file.Count);
        var length = _random.Next(1, Math.Min(64, file.Count - at) + 1);
        switch (_random.Next(8))
        {
            case 0: file[at] ^= (byte)(1 << _random.Next(8)); break;
            case 1: file[at] = (byte)_random.Next(256); break;
            case 2: Write(file, at, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(Pick(Numbers)) : Pick(Numbers)); break;
            case 3: WriteType(file, at); break;
            case 4: file.RemoveRange(at, length); break;
            case 5: file.InsertRange(at, file.GetRange(at, length)); break;
            case 6: file.RemoveRange(at, file.Count - at); break;
            default:
                var from = _random.Next(other.Length);
                file.InsertRange(at, other[from..Math.Min(other.Length, from + length)]);
                break;
        }
    }

    private static void Write(List<byte> file, int at, uint number)
    {
        var bytes = BitConverter.GetBytes(number);
        for (var place = 0; place < 4 && at + place < file.Count; place++)
        {
            file[at + place] = bytes[place];
        }
    }

    /// <summary>Gives a box another type, where there is one near: elsewhere it would hardly ever matter.</summary>
    private void WriteType(List<byte> file, int at)
    {
        var type = Pick(Types);
        for (var place = at; place + 4 <= file.Count && place < at + 64; place++)
        {
            if (Types.Contains(string.Concat(file.Skip(place).Take(4).Select(value => (char)value))))
            {
                for (var letter = 0; letter < 4; letter++)
                {
                    file[place + letter] = (byte)type[letter];
                }

                return;
            }
        }
    }
}
