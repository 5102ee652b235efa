using System.Buffers;

namespace KlingO3.Webhooks.Http;

/// <summary>The letters that RFC 9110 and RFC 9112 allow in the parts of a request.</summary>
internal static class HttpSyntax
{
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether it is a token: a method or the name of a header.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExcept(TokenBytes) < 0;

    /// <summary>Whether a header's value may hold it: no control characters but the tab.</summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            if ((letter < 0x20 && letter != '\t') || letter == 0x7F)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether it is visible ASCII, without a space: the target of a request.</summary>
    public static bool IsVisible(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) < 0;

    /// <summary>The value of a hexadecimal digit; -1 where it is none.</summary>
    public static int HexDigit(byte letter) => letter switch
    {
        >= (byte)'0' and <= (byte)'9' => letter - '0',
        >= (byte)'a' and <= (byte)'f' => letter - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => letter - 'A' + 10,
        _ => -1,
    };
}
