using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KlingO3.Files;

/// <summary>
/// Turns a name pattern and what a row or the server says into a file name that is valid on every system and cannot leave its folder.
/// </summary>
internal static class FileNames
{
    /// <summary>In UTF-8 bytes: room is left for an ending and ".partial" below the 255 that file systems allow.</summary>
    private const int MaxBytes = 200;

    /// <summary>Of an id that alone is longer than a name may be: no service is known that gives such.</summary>
    private const int MinIdBytes = 40;

    private const int HashLength = 16;
    private const string Fallback = "video";
    private const string IdField = "{Id}";

    private static readonly string[] Fields = ["{Name}", IdField, "{Batch}", "{Model}"];

    /// <summary>What gives way where a name is too long, the first one first; null is the text of the pattern.</summary>
    private static readonly string?[] CutOrder = ["{Name}", "{Batch}", "{Model}", null];

    /// <summary>What Windows does not allow in a name, on any system: a folder may be shared.</summary>
    private static readonly HashSet<char> Forbidden = ['<', '>', ':', '"', '/', '\\', '|', '?', '*'];

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Endings = new([".mp4", ".mov", ".m4v", ".webm", ".mkv", ".gif", ".png", ".jpg"], StringComparer.OrdinalIgnoreCase);

    /// <summary>A leading dot hides a file, a leading dash makes it an option, and Windows drops dots and spaces at the end.</summary>
    private static readonly char[] Edges = [' ', '.', '-'];

    /// <summary>
    /// The file name of one of a prediction's videos. One that is too long is cut, the row's name in it first; the id, the number and the
    /// ending never are, so two videos with their ids in their names never share one.
    /// </summary>
    /// <param name="pattern">The pattern of <see cref="SaveOptions.FileName"/>.</param>
    /// <param name="prediction">What fills it.</param>
    /// <param name="index">Which video, from 0. All but the first get a number.</param>
    /// <param name="url">Where it comes from: its path tells the ending.</param>
    public static string Of(string pattern, KlingPrediction prediction, int index, Uri url)
    {
        var parts = Split(pattern);
        var ids = parts.Count(part => part.Field == IdField);
        parts = parts.ConvertAll(part => part with { Text = Clean(Fill(part, prediction, Math.Max(MinIdBytes, MaxBytes / Math.Max(1, ids)))) });
        Fit(parts);
        var number = index == 0 ? "" : $"-{(index + 1).ToString(CultureInfo.InvariantCulture)}";
        return Assemble(parts) + number + Ending(url);
    }

    /// <summary>Whether a pattern has the prediction's id.</summary>
    public static bool HasId(string pattern) => pattern.Contains(IdField, StringComparison.OrdinalIgnoreCase);

    private static List<Part> Split(string pattern)
    {
        var parts = new List<Part>();
        var begin = 0;
        for (var at = 0; at < pattern.Length; at++)
        {
            if (Array.Find(Fields, field => string.Compare(pattern, at, field, 0, field.Length, StringComparison.OrdinalIgnoreCase) == 0) is { } found)
            {
                parts.Add(new Part(null, pattern[begin..at]));
                parts.Add(new Part(found, ""));
                begin = at + found.Length;
                at = begin - 1;
            }
        }

        parts.Add(new Part(null, pattern[begin..]));
        return parts;
    }

    private static string Fill(Part part, KlingPrediction prediction, int maxIdBytes) => part.Field switch
    {
        "{Name}" => prediction.Name ?? "",
        "{Batch}" => prediction.Batch ?? "",
        "{Model}" => prediction.Model ?? "",
        IdField => Distinct(prediction.Id ?? "", maxIdBytes),
        _ => part.Text,
    };

    /// <summary>An id that is too long for a name keeps its beginning and gets a hash of the whole.</summary>
    private static string Distinct(string id, int maxBytes) => Encoding.UTF8.GetByteCount(id) <= maxBytes
        ? id
        : $"{Cut(id, maxBytes - HashLength - 1)}-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..HashLength]}";

    /// <summary>The text with everything taken out that a file system, a shell or a reader could trip over.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes().Where(IsHarmless))
        {
            clean.Append((rune.IsBmp && Forbidden.Contains((char)rune.Value) ? new Rune('_') : rune).ToString());
        }

        return clean.ToString();
    }

    /// <summary>Cuts what may be cut until the whole is short enough.</summary>
    private static void Fit(List<Part> parts)
    {
        var excess = parts.Sum(part => Encoding.UTF8.GetByteCount(part.Text)) - MaxBytes;
        foreach (var field in CutOrder)
        {
            for (var place = 0; place < parts.Count && excess > 0; place++)
            {
                if (parts[place].Field == field)
                {
                    var bytes = Encoding.UTF8.GetByteCount(parts[place].Text);
                    parts[place] = parts[place] with { Text = Cut(parts[place].Text, bytes - excess) };
                    excess -= bytes - Encoding.UTF8.GetByteCount(parts[place].Text);
                }
            }
        }
    }

    /// <summary>As many of the first characters as fit.</summary>
    private static string Cut(string text, int maxBytes)
    {
        var (bytes, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static string Assemble(List<Part> parts)
    {
        // Only around the id: no character of it is lost.
        var (first, last) = (parts.FindIndex(IsId), parts.FindLastIndex(IsId));
        var name = first < 0
            ? Join(parts).Trim().Trim(Edges)
            : Join(parts[..first]).TrimStart().TrimStart(Edges) + Join(parts[first..(last + 1)]) + Join(parts[(last + 1)..]).TrimEnd().TrimEnd(Edges);
        if (name.Length == 0)
        {
            return Fallback;
        }

        return name[0] is '.' or '-' || Devices.Contains(name.Split('.')[0].TrimEnd()) ? "_" + name : name;
    }

    private static bool IsId(Part part) => part.Field == IdField && part.Text.Length > 0;

    private static string Join(IEnumerable<Part> parts) => string.Concat(parts.Select(part => part.Text));

    private static string Ending(Uri url)
    {
        var ending = Path.GetExtension(url.AbsolutePath);
        return Endings.Contains(ending) ? ending.ToLowerInvariant() : ".mp4";
    }

    /// <summary>Not a control character, half a surrogate pair, or one that changes the direction of writing.</summary>
    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate
        or UnicodeCategory.OtherNotAssigned);

    /// <summary>A piece of a name.</summary>
    /// <param name="Field">The placeholder that it stands for; null for the text of the pattern.</param>
    /// <param name="Text">What it says.</param>
    private sealed record Part(string? Field, string Text);
}
