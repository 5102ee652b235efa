using System.Globalization;

namespace KlingO3.Input.Checks;

/// <summary>
/// Finds references in a prompt: <c>@Image1</c>, and what was likely meant as one: <c>@image1</c>, <c>@Image 1</c>, <c>@Image_1</c>, <c>@Imgae1</c>,
/// <c>@Image</c>, and <c>&lt;&lt;&lt;image_1&gt;&gt;&gt;</c>, which another service writes.
/// </summary>
internal static class PromptScanner
{
    private const int MostReferences = 1000;
    private static readonly string[] Words = ["Video", "Image", "Element"];
    private static readonly string[] LowerWords = ["video", "image", "element"];

    public static List<PromptReference> Scan(string prompt)
    {
        var found = new List<PromptReference>();
        for (var at = prompt.AsSpan().IndexOfAny('@', '<', '\uFF20'); at >= 0 && found.Count < MostReferences;)
        {
            var reference = prompt[at] == '<' ? Bracketed(prompt, at) : At(prompt, at);
            if (reference is not null)
            {
                found.Add(reference.Value);
            }

            var next = prompt.AsSpan(at + 1).IndexOfAny('@', '<', '\uFF20');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return found;
    }

    private static PromptReference? At(string prompt, int at)
    {
        // anna@video.example.com is an address, not a reference.
        if (at > 0 && char.IsLetterOrDigit(prompt[at - 1]) && char.IsAscii(prompt[at - 1]))
        {
            return null;
        }

        var word = Letters(prompt, SkipBlank(prompt, at + 1));
        var letters = prompt[word];
        var digits = Digits(prompt, word.End.Value);
        var hasDigits = digits.Start.Value < digits.End.Value;
        if (Meant(letters, hasDigits) is not { } meant)
        {
            return null;
        }

        var written = prompt[at..(hasDigits ? digits.End.Value : word.End.Value)];
        var number = !hasDigits ? 0
            : int.TryParse(prompt.AsSpan(digits), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : int.MaxValue;
        return new PromptReference(written, meant, number, written == $"@{meant}{number.ToString(CultureInfo.InvariantCulture)}" && hasDigits);
    }

    private static PromptReference? Bracketed(string prompt, int at)
    {
        if (string.CompareOrdinal(prompt, at, "<<<", 0, 3) != 0)
        {
            return null;
        }

        var word = Letters(prompt, at + 3);
        var digits = Digits(prompt, word.End.Value);
        return Meant(prompt[word], hasNumber: true) is { } meant
            && int.TryParse(prompt.AsSpan(digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && string.CompareOrdinal(prompt, digits.End.Value, ">>>", 0, 3) == 0
            ? new PromptReference(prompt[at..(digits.End.Value + 3)], meant, number, IsRight: false)
            : null;
    }

    private static int SkipBlank(string prompt, int at) => at < prompt.Length && prompt[at] == ' ' ? at + 1 : at;

    private static Range Letters(string prompt, int at)
    {
        var end = at;
        while (end < prompt.Length && char.IsAsciiLetter(prompt[end]))
        {
            end++;
        }

        return Math.Min(at, prompt.Length)..end;
    }

    /// <summary>The digits that follow, after at most one blank, dash, underscore or number sign.</summary>
    private static Range Digits(string prompt, int at)
    {
        var start = at < prompt.Length && prompt[at] is ' ' or '_' or '-' or '#' or ':' ? at + 1 : at;
        var end = start;
        while (end < prompt.Length && char.IsAsciiDigit(prompt[end]))
        {
            end++;
        }

        return start..end;
    }

    /// <summary>The word that was meant. Without a number only the word itself counts: other handles are none of our business.</summary>
    private static string? Meant(string letters, bool hasNumber)
    {
        if (letters.Length is < 3 or > 12)
        {
            return null;
        }

        for (var place = 0; place < Words.Length; place++)
        {
            if (letters.Equals(Words[place], StringComparison.OrdinalIgnoreCase))
            {
                return Words[place];
            }
        }

        if (!hasNumber)
        {
            return null;
        }

        return letters.ToLowerInvariant() switch
        {
            "img" or "pic" or "picture" or "photo" => "Image",
            "vid" or "clip" => "Video",
            "elem" or "character" => "Element",
            var lower => NameDistance.Nearest(lower, LowerWords) is { } near ? Words[Array.IndexOf(LowerWords, near)] : null,
        };
    }
}
