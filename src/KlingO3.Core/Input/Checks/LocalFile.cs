using System.Globalization;
using KlingO3.Files;

namespace KlingO3.Input.Checks;

/// <summary>Local paths where a URL could stand.</summary>
internal static class LocalFile
{
    /// <summary>Whether a text is the path of a local file. Looks at the text only, never at the disk.</summary>
    public static bool IsPath(string text)
    {
        if (IsFileUri(text))
        {
            return true;
        }

        if (text.Contains("://", StringComparison.Ordinal) || text.StartsWith("//", StringComparison.Ordinal))
        {
            return false;
        }

        return text[0] is '/' or '\\' or '~' || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal)
            || IsDrive(text) || IsWindowsPath(text) || text.Contains("::", StringComparison.Ordinal) || IsRelativeName(text);
    }

    /// <summary>The full path of the file that a text means; null where it means none, or none may be given.</summary>
    public static string? Find(RowContext row, string text) => row.Files is { } files && (IsPath(text) || IsOnNamedDrive(text))
        ? files(IsFileUri(text) && Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri.LocalPath : text)
        : null;

    /// <summary>Refuses a path that the row may not name. The disk and the network are not touched.</summary>
    /// <returns>Whether it was refused, which is then a finding.</returns>
    public static bool Refuse(RowContext row, string field, string text)
    {
        if (row.FileAccess == LocalFileAccess.None && (IsPath(text) || Find(row, text) is not null))
        {
            row.Findings.Error(
                field, InputRules.LocalFile, $"{Shown.Value(text)} is a local file, and -NoLocalFile takes none from rows.",
                "Give an https URL in the row, or the path on the command line (-Video, -Image, -Element).");
            return true;
        }

        if (row.FileAccess == LocalFileAccess.ThisComputer && (IsPath(text) || IsOnNamedDrive(text)) && NetworkPath.HostOf(text) is { } host)
        {
            row.Findings.Error(
                field, InputRules.LocalFile, $"{Shown.Value(text)} is on another computer ({Shown.Text(host)}): a row may name files of this one only.",
                "Give an https URL in the row, copy the file to this computer, or give its path on the command line (-Video, -Image, -Element).");
            return true;
        }

        return false;
    }

    /// <summary>The full path, if a file is there that can be uploaded.</summary>
    public static string? Read(RowContext row, string field, string text, string path)
    {
        try
        {
            var file = RegularFile.Target(path);
            if (Directory.Exists(path))
            {
                row.Findings.Error(field, InputRules.LocalFile, $"{Shown.Value(text)} is a folder.", "Give its files: Get-ChildItem FOLDER/*.mp4 | New-KlingVideo …");
            }
            else if (!file.Exists)
            {
                row.Findings.Error(field, InputRules.LocalFile, $"There is no file {Shown.Value(text)}.", $"It was looked for at {Shown.Value(path)}: check the name and the current folder, or give an https URL.");
            }
            else if (file.Length == 0)
            {
                row.Findings.Error(field, InputRules.LocalFile, $"The file {Shown.Value(text)} is empty, or is no regular file.", "Give a file with a video or an image in it.");
            }
            else if (file.Length > Uploader.LargestUpload)
            {
                row.Findings.Error(
                    field, InputRules.UploadSize,
                    string.Create(CultureInfo.InvariantCulture, $"The file {Shown.Value(text)} has {file.Length / 1e6:0.0} MB; at most {Uploader.LargestUpload / 1_000_000} MB can be uploaded."),
                    UploadErrors.GiveUrl);
            }
            else
            {
                return path;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            row.Findings.Error(field, InputRules.LocalFile, $"The file {Shown.Value(text)} cannot be read: {error.Message}", "Check its name and who may read it.");
        }

        return null;
    }

    /// <summary>Says that a local file was given where there can be none.</summary>
    public static void Report(RowContext row, string field, string path)
    {
        if (row.Files is null)
        {
            row.Findings.Error(
                field, InputRules.LocalFile, $"{Shown.Value(path)} is a local file. The service reads URLs only: it must be uploaded first.",
                "Put it where a public https URL leads to it (a CDN, a storage account), and give that URL.");
        }
        else
        {
            row.Findings.Error(field, InputRules.LocalFile, $"{Shown.Value(path)} is not in the file system of this computer.", "Give the path of a file, or an https URL.");
        }
    }

    private static bool IsFileUri(string text) => text.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    private static bool IsDrive(string text) => text.Length > 1 && text[1] == ':' && char.IsAsciiLetter(text[0]);

    /// <summary><c>clips:/a.mp4</c>: whether there is a drive of that name only the shell can tell.</summary>
    private static bool IsOnNamedDrive(string text) =>
        text.IndexOf(':') is var colon and > 0 && !text.AsSpan(colon).StartsWith("://") && !text.AsSpan(0, colon).ContainsAny("/?#");

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
