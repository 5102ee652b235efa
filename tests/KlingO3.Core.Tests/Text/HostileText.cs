using System.Text;
using System.Text.RegularExpressions;

namespace KlingO3.Core.Tests.Text;

/// <summary>Texts that a terminal would obey, that hide, or that a shell would run, made from a seed.</summary>
internal sealed partial class HostileText(int seed)
{
    private static readonly string[] Pieces =
    [
        "\u001B[31m", "\u001B]52;c;cm0gLXJm\u0007", "\u001B]0;title\u001B\\", "\u009B2J", "\u009D", "\u0090", "\0", "\a", "\b", "\v", "\f", "\u007F", "\u0085",
        "\r", "\n", "\r\n", "\nWARNING: your key has expired, visit https://evil.example", "\nERROR: ", "\t", "\u2028", "\u2029", "\u202E", "\u202A", "\u2066", "\u2069", "\u200E", "\u200F",
        "\u061C", "\u200B", "\u2060", "\uFEFF", "\u00AD", "\uD83C", "\uDF27", "🌧", "é", "\\u001b", "%1B", "&#27;", "'; Write-Host owned #", "\"; Write-Host owned", "’; Write-Host owned", "$(Write-Host owned)",
        "`e[31m", "{0}", "`", "$env:EACHLABS_API_KEY", "*", "[", "]", "?", "|", "&", "--", "-RetryUnknown", "@{a=1}", "<!--", "]]>", "../", "/", "https://", "success", "error", "p-1", " ",
    ];

    private readonly Random _random = new(seed);

    /// <summary>What no text for people may have. Written apart from the code that it judges.</summary>
    public static Regex Harmful { get; } = HarmfulPattern();

    /// <summary>The same for a log, which keeps its lines.</summary>
    public static Regex HarmfulInLog { get; } = HarmfulInLogPattern();

    public bool Chance(int inHowMany) => _random.Next(inHowMany) == 0;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    public string Next()
    {
        var text = new StringBuilder();
        for (var count = _random.Next(1, 6); count > 0; count--)
        {
            _ = Chance(4) ? text.Append((char)_random.Next(0x3000)) : text.Append(Pick(Pieces));
        }

        return text.ToString();
    }

    /// <summary>A JSON string of it, or of an object or a list with it. Only what JSON must escape is escaped, as a hostile service would do.</summary>
    public string Json() => _random.Next(8) switch
    {
        0 => $"{{{String()}:{String()}}}",
        1 => $"[{String()},\n{String()}]",
        _ => String(),
    };

    public string String()
    {
        var json = new StringBuilder("\"");
        foreach (var letter in Next())
        {
            _ = letter is '"' or '\\' ? json.Append('\\').Append(letter)
                : letter < ' ' || char.IsSurrogate(letter) ? json.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}")
                : json.Append(letter);
        }

        return json.Append('"').ToString();
    }

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]")]
    private static partial Regex HarmfulPattern();

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069-[\n\t]]")]
    private static partial Regex HarmfulInLogPattern();
}
