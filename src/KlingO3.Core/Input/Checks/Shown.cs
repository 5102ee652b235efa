using System.Globalization;
using System.Text;

namespace KlingO3.Input.Checks;

/// <summary>How a value looks in a message: short, without passwords, and with what is invisible made visible.</summary>
internal static class Shown
{
    private const int Longest = 80;

    /// <summary>The value in quotes.</summary>
    public static string Value(object? plain) => plain switch
    {
        null => "nothing",
        string text => $"'{Text(text)}'",
        bool flag => flag ? "true" : "false",
        PlainList list => $"a list of {Count(list.Items.Count, "item")}",
        PlainMap { Members.Count: 0 } => "an empty object",
        PlainMap map =>
            $"an object with {Text(string.Join(", ", map.Members.Take(5).Select(member => member.Key)))}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "an object",
    };

    /// <summary>The text, at most 80 characters of it.</summary>
    public static string Text(string text)
    {
        var safe = WithoutPassword(text);
        var shown = new StringBuilder(Longest);
        foreach (var character in safe)
        {
            var piece = Visible(character);
            if (shown.Length + (piece?.Length ?? 1) > Longest - 1 && safe.Length > Longest - 1)
            {
                return shown.Append('…').ToString();
            }

            _ = piece is null ? shown.Append(character) : shown.Append(piece);
        }

        return shown.ToString();
    }

    /// <summary>A whole number with separators, the same in every culture: <c>2,500</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 item</c>, <c>2 items</c>.</summary>
    public static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>The escape of a character that a terminal would obey or hide, and of one that may hide what is wrong with a value; null for others.</summary>
    private static string? Visible(char character) =>
        VisibleText.IsHidden(character) || char.IsSurrogate(character) || Characters.IsInvisible(character) ? VisibleText.Escape(character) : null;

    /// <summary>What stands between <c>://</c> and <c>@</c> in a URL's host is nobody's business.</summary>
    private static string WithoutPassword(string text)
    {
        // A longer text is cut before its password could show, or shows none: what follows the cut is not looked at.
        var head = text.Length > 2048 ? text[..2048] : text;
        var scheme = head.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return head;
        }

        var from = scheme + 3;
        var end = head.AsSpan(from).IndexOfAny("/?#\\");
        var host = end < 0 ? head.AsSpan(from) : head.AsSpan(from, end);
        var at = host.LastIndexOf('@');
        return at < 0 ? head : string.Concat(head.AsSpan(0, from), "***", head.AsSpan(from + at));
    }
}
