using System.Text;

namespace KlingO3.Binding;

/// <summary>Names and PowerShell wildcard patterns, where a pattern is matched by the ledger and not by PowerShell.</summary>
internal static class WildcardText
{
    private const char Escape = '`';
    private const string Special = "*?[";

    /// <summary>A pattern that matches this name and no other. <c>WildcardPattern.Escape</c> leaves backticks as they are before PowerShell 7.6.</summary>
    /// <param name="name">The name.</param>
    public static string EscapeName(string name)
    {
        var pattern = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            (letter is Escape or ']' || Special.Contains(letter) ? pattern.Append(Escape) : pattern).Append(letter);
        }

        return pattern.ToString();
    }

    /// <summary>The same pattern for the ledger's GLOB, which knows no backtick: a special character is escaped as <c>[*]</c>.</summary>
    /// <param name="pattern">The pattern of a parameter; null for none.</param>
    public static string? ToGlob(string? pattern)
    {
        if (pattern is null || !pattern.Contains(Escape))
        {
            return pattern;
        }

        var glob = new StringBuilder(pattern.Length + 8);
        for (var place = 0; place < pattern.Length; place++)
        {
            var isEscaped = pattern[place] == Escape && place + 1 < pattern.Length;
            var letter = pattern[isEscaped ? ++place : place];
            _ = isEscaped && Special.Contains(letter) ? glob.Append('[').Append(letter).Append(']') : glob.Append(letter);
        }

        return glob.ToString();
    }
}
