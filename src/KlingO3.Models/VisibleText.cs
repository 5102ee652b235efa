using System.Buffers;
using System.Globalization;
using System.Text;

namespace KlingO3;

/// <summary>
/// Makes visible what a terminal would obey or hide: control characters, line ends, marks that turn the direction of text, and characters of no
/// width, as JSON writes them (<c>\n</c>, <c>\u001B</c>, <c>\u202E</c>). The one place that knows these characters and their notation. The joiners
/// U+200C and U+200D stay: Persian and many emoji need them, and they hide nothing. Applied twice, it changes nothing more.
/// </summary>
internal static class VisibleText
{
    private const string LineBreaks = "\t\n";

    private static readonly char[] HiddenCharacters = [.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(IsHiddenCharacter)];
    private static readonly SearchValues<char> Hidden = SearchValues.Create(HiddenCharacters);
    private static readonly SearchValues<char> HiddenInLines = SearchValues.Create([.. HiddenCharacters.Except(LineBreaks)]);

    /// <summary>Whether a character is shown as its escape. Of surrogates only a lone one is, which <see cref="Of"/> sees to.</summary>
    public static bool IsHidden(char character) => Hidden.Contains(character) && !char.IsSurrogate(character);

    /// <summary>The escape of a character.</summary>
    public static string Escape(char character) => character switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => "\\u" + ((int)character).ToString("X4", CultureInfo.InvariantCulture),
    };

    /// <summary>The text on one line.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text) => Write(text, Hidden, Escape);

    /// <summary>The text with its line breaks and tabs, for logs.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Lines(string? text) => Write(text?.Replace("\r\n", "\n", StringComparison.Ordinal), HiddenInLines, Escape);

    /// <summary>The same address, with such characters percent-encoded as a request would send them.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(address))]
    public static string? Address(string? address) => Write(address, Hidden, character => Uri.EscapeDataString(char.IsSurrogate(character) ? "\uFFFD" : character.ToString()));

    private static string? Write(string? text, SearchValues<char> hidden, Func<char, string> escape)
    {
        if (text is null || text.AsSpan().IndexOfAny(hidden) is not (>= 0 and var place))
        {
            return text;
        }

        var visible = new StringBuilder(text, 0, place, text.Length + 16);
        for (; place < text.Length; place++)
        {
            var character = text[place];
            if (char.IsHighSurrogate(character) && place + 1 < text.Length && char.IsLowSurrogate(text[place + 1]))
            {
                visible.Append(character).Append(text[++place]);
            }
            else
            {
                _ = hidden.Contains(character) ? visible.Append(escape(character)) : visible.Append(character);
            }
        }

        return visible.ToString();
    }

    private static bool IsHiddenCharacter(char character) => char.IsControl(character) || char.IsSurrogate(character) || character is
        '\u00AD' or '\u061C' or '\u180E' or '\u200B' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFB');
}
