using System.Management.Automation.Language;

namespace KlingO3.Binding;

/// <summary>Text as one argument of a command line.</summary>
internal static class ShellWord
{
    /// <summary>The text, in quotes where PowerShell would not take it for one word. What a terminal would obey or hide is written as <c>`u{1B}</c>.</summary>
    public static string Quote(string text) =>
        text.Any(VisibleText.IsHidden) ? $"\"{string.Concat(text.Select(Escape))}\""
        : text.Length > 0 && text[0] != '-' && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '\\' or ':')
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    private static string Escape(char letter) =>
        VisibleText.IsHidden(letter) ? $"`u{{{(int)letter:X}}}"
        : letter is '`' or '$' or '"' or (>= '\u201C' and <= '\u201E') ? $"`{letter}"
        : letter.ToString();
}
