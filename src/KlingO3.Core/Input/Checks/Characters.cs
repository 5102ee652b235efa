using System.Buffers;

namespace KlingO3.Input.Checks;

/// <summary>Characters that have no place in an input, or hide what it says.</summary>
internal static class Characters
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(c => IsControl(c) || TurnsDirection(c) || char.IsSurrogate(c))]);

    /// <summary>Whether there is anything to look at; most texts have nothing, and this is quick to tell.</summary>
    public static bool AnySuspicious(string text) => text.AsSpan().IndexOfAny(Suspicious) >= 0;

    /// <summary>Control characters, but for the tab and line ends that a prompt may have.</summary>
    public static bool IsControl(char character) => char.IsControl(character) && character is not ('\t' or '\n' or '\r');

    /// <summary>Embeddings, overrides and isolates of direction. The plain marks (U+200E, U+200F) are part of honest Arabic and Hebrew.</summary>
    public static bool TurnsDirection(char character) => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>Characters of no width, and separators that look like blanks.</summary>
    public static bool IsInvisible(char character) =>
        character is (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2060' or '\uFEFF' or '\u00AD';

    /// <summary>Whether every surrogate has its other half.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var place = 0; place < text.Length; place++)
        {
            if (char.IsSurrogate(text[place]))
            {
                if (place + 1 >= text.Length || !char.IsSurrogatePair(text[place], text[place + 1]))
                {
                    return false;
                }

                place++;
            }
        }

        return true;
    }
}
