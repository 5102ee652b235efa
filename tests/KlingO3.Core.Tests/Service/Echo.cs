using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace KlingO3.Core.Tests.Service;

/// <summary>The ways in which a service may repeat a text, and a reader that sees through all of them: written apart from the product's own.</summary>
internal static partial class Echo
{
    /// <summary>By name. Each is valid within a JSON string, for a text without quotes and backslashes.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string, string>> Forms = new Dictionary<string, Func<string, string>>
    {
        ["as it is"] = text => text,
        ["in capitals"] = text => text.ToUpperInvariant(),
        ["JSON"] = text => Each(text, letter => $"\\u{(int)letter:x4}"),
        ["JSON in capitals"] = text => Each(text, letter => $"\\u{(int)letter:X4}"),
        ["JSON of mixed case"] = text => Each(text, letter => Mixed($"\\u{(int)letter:x4}")),
        ["JSON here and there"] = text => Each(text, (letter, place) => place % 3 == 1 ? $"\\u{(int)letter:x4}" : $"{letter}"),
        ["slashes of JSON"] = text => text.Replace("/", "\\/", StringComparison.Ordinal),
        ["JSON in JSON"] = text => Each(text, letter => $"\\\\u{(int)letter:x4}"),
        ["slashes of JSON in JSON"] = text => text.Replace("/", "\\\\/", StringComparison.Ordinal),
        ["percent"] = text => Each(text, Percent),
        ["percent in capitals"] = text => Each(text, letter => Percent(letter).ToUpperInvariant()),
        ["percent as of a URL"] = Uri.EscapeDataString,
        ["percent of mixed case"] = text => Each(text, letter => Mixed(Percent(letter))),
        ["percent twice"] = text => Each(text, letter => Percent(letter).Replace("%", "%25", StringComparison.Ordinal)),
        ["percent three times, as of a URL"] = text => Uri.EscapeDataString(Uri.EscapeDataString(Uri.EscapeDataString(text))),
        ["percent in JSON"] = text => Each(text, letter => Each(Percent(letter), inner => $"\\u{(int)inner:x4}")),
        ["JSON in percent"] = text => Each(text, letter => Each($"\\u{(int)letter:x4}", Percent)),
        ["HTML"] = text => Each(text, letter => $"&#{(int)letter};"),
        ["HTML of mixed case"] = text => Each(text, letter => Mixed($"&#X{(int)letter:x};")),
        ["HTML twice"] = text => Each(text, letter => $"&amp;#{(int)letter};"),
        ["a mixture"] = text => Each(text, (letter, place) => (place % 5) switch
        {
            0 => $"{letter}",
            1 => $"\\u{(int)letter:x4}",
            2 => Percent(letter),
            3 => $"&#{(int)letter};",
            _ => $"\\\\u{(int)letter:X4}",
        }),
    };

    /// <summary>A random escape, maybe one inside another.</summary>
    public static string Random(string text, Random random) => Each(text, letter =>
    {
        var escaped = $"{letter}";
        for (var layer = random.Next(4); layer > 0; layer--)
        {
            var ways = random.Next(4);
            escaped = Each(escaped, inner => ways switch
            {
                0 => Percent(inner),
                1 => $"\\\\u{(int)inner:x4}",
                2 => $"&#x{(int)inner:X};",
                _ => $"{inner}",
            });
        }

        return escaped;
    });

    /// <summary>Everything that a text may be unescaped to, in lower case.</summary>
    public static string Plain(string text)
    {
        var all = new StringBuilder(text);
        for (var layer = 0; layer < 12; layer++)
        {
            var before = text;
            text = WebUtility.HtmlDecode(Uri.UnescapeDataString(CodeUnit().Replace(text, match => $"{(char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)}")));
            text = text.Replace("\\/", "/", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
            if (text == before)
            {
                break;
            }

            all.Append('\n').Append(text);
        }

        return all.ToString().ToLowerInvariant();
    }

    private static string Percent(char letter) => string.Concat(Encoding.UTF8.GetBytes([letter]).Select(value => $"%{value:x2}"));

    private static string Mixed(string text) => Each(text, (letter, place) => $"{(place % 2 == 0 || letter is 'u' ? letter : char.ToUpperInvariant(letter))}");

    private static string Each(string text, Func<char, string> write) => Each(text, (letter, _) => write(letter));

    private static string Each(string text, Func<char, int, string> write) => string.Concat(text.Select(write));

    [GeneratedRegex(@"\\+u([0-9a-fA-F]{4})")]
    private static partial Regex CodeUnit();
}
