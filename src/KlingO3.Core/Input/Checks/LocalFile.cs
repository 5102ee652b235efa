namespace KlingO3.Input.Checks;

/// <summary>Local paths where a URL is wanted. The one place that tells them: whoever uploads them first hooks in here.</summary>
internal static class LocalFile
{
    /// <summary>Whether a text is the path of a local file. Looks at the text only, never at the disk.</summary>
    public static bool IsPath(string text)
    {
        if (text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (text.Contains("://", StringComparison.Ordinal) || text.StartsWith("//", StringComparison.Ordinal))
        {
            return false;
        }

        return text[0] is '/' or '\\' or '~' || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal)
            || IsDrive(text) || IsWindowsPath(text) || IsRelativeName(text);
    }

    /// <summary>Says that a local file was given.</summary>
    public static void Report(RowContext row, string field, string path) => row.Findings.Error(
        field, InputRules.LocalFile, $"{Shown.Value(path)} is a local file. The service reads URLs only: it must be uploaded first.",
        "Put it where a public https URL leads to it (a CDN, a storage account), and give that URL.");

    private static bool IsDrive(string text) => text.Length > 1 && text[1] == ':' && char.IsAsciiLetter(text[0]);

    private static bool IsWindowsPath(string text) =>
        text.Contains('\\') && !text.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>clip.mp4</c> and <c>videos/clip.mp4</c>, but not <c>cdn.example.com/clip.mp4</c>.</summary>
    private static bool IsRelativeName(string text)
    {
        if (!UrlPath.EndsAsMedia(text) || text.Contains(':'))
        {
            return false;
        }

        var slash = text.IndexOf('/');
        return slash < 0 || !text.AsSpan(0, slash).Contains('.');
    }
}
