using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace KlingO3.Service;

/// <summary>
/// Text in UTF-8 that may be escaped, in any mixture of JSON, percent and HTML escapes, one inside another. It is unescaped a layer at a time,
/// in lower case, and remembers where in the original each byte comes from.
/// </summary>
/// <param name="original">The text as it came.</param>
internal sealed class EscapedText(ReadOnlySpan<byte> original)
{
    private static readonly SearchValues<byte> EscapeCharacters = SearchValues.Create("\\%&"u8);

    private readonly byte[] _text = Lower(original);
    private int _length = original.Length;
    private int[]? _starts;

    /// <summary>The text as it is unescaped so far.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Which bytes of the original a part of <see cref="Text"/> stands for.</summary>
    public Range OriginalOf(int start, int length) => _starts is null ? start..(start + length) : _starts[start].._starts[start + length];

    /// <summary>Unescapes one more layer. False where there is none left.</summary>
    public bool Unescape()
    {
        if (Text.IndexOfAny(EscapeCharacters) < 0)
        {
            return false;
        }

        _starts ??= [.. Enumerable.Range(0, _length + 1)];
        Span<byte> bytes = stackalloc byte[4];
        var (read, written) = (0, 0);
        while (read < _length)
        {
            // What comes out is never longer than its escape, so that it can take its place.
            var (taken, count) = ReadOne(Text[read..], bytes);
            var start = _starts[read];
            for (var i = 0; i < count; i++)
            {
                (_text[written], _starts[written]) = (bytes[i], start);
                written++;
            }

            read += taken;
        }

        _starts[written] = _starts[_length];
        var changed = written < _length;
        _length = written;
        return changed;
    }

    private static (int Taken, int Count) ReadOne(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        var read = text[0] switch
        {
            (byte)'\\' => ReadBackslash(text, bytes),
            (byte)'%' when TryReadHex(text, 1, 2, out var value) => (3, Put((byte)value, bytes)),
            (byte)'&' => ReadEntity(text, bytes),
            _ => default,
        };
        return read == default ? (1, Put(text[0], bytes)) : read;
    }

    /// <summary>An escape of JSON (<c>\u0041</c>, <c>\/</c>) or of a programming language (<c>\x41</c>). Those of control characters stay.</summary>
    private static (int Taken, int Count) ReadBackslash(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        if (text.Length < 2)
        {
            return default;
        }

        if (text[1] == 'u' && TryReadHex(text, 2, 4, out var unit))
        {
            return text.Length > 7 && text[6] == '\\' && text[7] == 'u' && TryReadHex(text, 8, 4, out var second) && Rune.TryCreate((char)unit, (char)second, out var pair)
                ? (12, pair.EncodeToUtf8(bytes))
                : (6, Put(unit, bytes));
        }

        return text[1] == 'x' && TryReadHex(text, 2, 2, out var value) ? (4, Put((byte)value, bytes))
            : char.IsAsciiLetterOrDigit((char)text[1]) || !char.IsAscii((char)text[1]) ? default
            : (2, Put(text[1], bytes));
    }

    private static (int Taken, int Count) ReadEntity(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        foreach (var (name, letter) in (ReadOnlySpan<(string, char)>)[("&amp;", '&'), ("&quot;", '"'), ("&apos;", '\''), ("&lt;", '<'), ("&gt;", '>')])
        {
            if (Ascii.Equals(text[..Math.Min(name.Length, text.Length)], name))
            {
                return (name.Length, Put((byte)letter, bytes));
            }
        }

        if (text.Length < 4 || text[1] != '#')
        {
            return default;
        }

        var isHex = text[2] == 'x';
        var digits = text[(isHex ? 3 : 2)..];
        return Utf8Parser.TryParse(digits, out uint value, out var count, isHex ? 'x' : 'd') && count is > 0 and < 9 && count < digits.Length && digits[count] == ';'
            ? ((isHex ? 4 : 3) + count, Put(value, bytes))
            : default;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, int start, int length, out uint value)
    {
        value = 0;
        return text.Length >= start + length && Utf8Parser.TryParse(text.Slice(start, length), out value, out var count, 'x') && count == length;
    }

    /// <summary>A character by its number. Of what is none, nothing that could be part of a secret.</summary>
    private static int Put(uint character, Span<byte> bytes) =>
        character > 0x7f && Rune.TryCreate(character, out var rune) ? rune.EncodeToUtf8(bytes) : Put(character > 0x7f ? (byte)0 : (byte)character, bytes);

    private static int Put(byte value, Span<byte> bytes)
    {
        bytes[0] = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        return 1;
    }

    private static byte[] Lower(ReadOnlySpan<byte> text)
    {
        var lower = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            Put(text[i], lower.AsSpan(i));
        }

        return lower;
    }
}
