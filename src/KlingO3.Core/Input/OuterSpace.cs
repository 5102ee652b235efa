using System.Diagnostics.CodeAnalysis;
using KlingO3.Input.Checks;

namespace KlingO3.Input;

/// <summary>
/// Outer white space: Unicode white space (also the no-break space) and characters of no width at the ends of a text. It is part of no value.
/// White space inside a text is.
/// </summary>
public static class OuterSpace
{
    /// <summary>The text without its outer white space.</summary>
    /// <param name="text">The text.</param>
    public static string Trim(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (start, end) = (0, text.Length);
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>Whether nothing else is in the text. Such a value is not given.</summary>
    /// <param name="text">The text.</param>
    public static bool IsBlank([NotNullWhen(false)] string? text)
    {
        if (text is null)
        {
            return true;
        }

        foreach (var character in text)
        {
            if (!IsSpace(character))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSpace(char character) => char.IsWhiteSpace(character) || Characters.IsInvisible(character);
}
