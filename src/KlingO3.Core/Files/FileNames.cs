using System.Text;

namespace KlingO3.Files;

/// <summary>
/// Turns a name pattern and what a row or the server says into a file name that is valid on every system and cannot leave its folder.
/// </summary>
internal static class FileNames
{
    /// <summary>In UTF-8 bytes: room is left for an ending and ".partial" below the 255 that file systems allow.</summary>
    private const int Longest = 200;

    private const string Fallback = "video";

    /// <summary>What Windows does not allow in a name, on any system: a folder may be shared.</summary>
    private static readonly HashSet<char> Forbidden = ['<', '>', ':', '"', '/', '\\', '|', '?', '*'];

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Endings = new([".mp4", ".mov", ".m4v", ".webm", ".mkv", ".gif", ".png", ".jpg"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The file name of one of a prediction's videos.</summary>
    /// <param name="pattern">The pattern of <see cref="SaveOptions.FileName"/>.</param>
    /// <param name="prediction">What fills it.</param>
    /// <param name="index">Which video, from 0. All but the first get a number.</param>
    /// <param name="url">Where it comes from: its path tells the ending.</param>
    public static string Of(string pattern, KlingPrediction prediction, int index, Uri url)
    {
        var name = pattern
            .Replace("{Name}", prediction.Name, StringComparison.OrdinalIgnoreCase)
            .Replace("{Id}", prediction.Id, StringComparison.OrdinalIgnoreCase)
            .Replace("{Batch}", prediction.Batch, StringComparison.OrdinalIgnoreCase)
            .Replace("{Model}", prediction.Model, StringComparison.OrdinalIgnoreCase);
        var number = index == 0 ? "" : $"-{index + 1}";
        return Safe(name) + number + Ending(url);
    }

    /// <summary>The name with everything taken out that a file system, a shell or a reader could trip over.</summary>
    public static string Safe(string name)
    {
        var safe = new StringBuilder(name.Length);
        var bytes = 0;
        foreach (var rune in name.Trim().EnumerateRunes())
        {
            if (!IsHarmless(rune))
            {
                continue;
            }

            var shown = rune.IsBmp && Forbidden.Contains((char)rune.Value) ? new Rune('_') : rune;
            bytes += shown.Utf8SequenceLength;
            if (bytes > Longest)
            {
                break;
            }

            safe.Append(shown.ToString());
        }

        // A leading dot hides a file, a leading dash makes it an option, and Windows drops dots and spaces at the end.
        var trimmed = safe.ToString().Trim(' ', '.', '-');
        if (trimmed.Length == 0)
        {
            return Fallback;
        }

        return Devices.Contains(trimmed.Split('.')[0].TrimEnd()) ? "_" + trimmed : trimmed;
    }

    private static string Ending(Uri url)
    {
        var ending = Path.GetExtension(url.AbsolutePath);
        return Endings.Contains(ending) ? ending.ToLowerInvariant() : ".mp4";
    }

    /// <summary>Not a control character, half a surrogate pair, or one that changes the direction of writing.</summary>
    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        System.Globalization.UnicodeCategory.Control
        or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator
        or System.Globalization.UnicodeCategory.Surrogate
        or System.Globalization.UnicodeCategory.OtherNotAssigned);
}
