using System.Management.Automation.Language;

namespace KlingO3.Binding;

/// <summary>Text as one argument of a command line.</summary>
internal static class ShellWord
{
    /// <summary>The text, in quotes where PowerShell would not take it for one word.</summary>
    public static string Quote(string text) =>
        text.Length > 0 && text[0] != '-' && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '\\' or ':')
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
