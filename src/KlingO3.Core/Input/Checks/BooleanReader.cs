namespace KlingO3.Input.Checks;

/// <summary>Booleans: true/false, yes/no, 1/0, on/off, whatever their case.</summary>
internal static class BooleanReader
{
    private const string Wanted = "a Boolean: true or false, yes or no, 1 or 0, on or off";
    private static readonly string[] Yes = ["true", "yes", "1", "on"];
    private static readonly string[] No = ["false", "no", "0", "off"];

    public static object? Read(RowContext row, KlingModelInput input, string field, object plain) => plain switch
    {
        bool flag => flag,
        long and (0 or 1) => (long)plain == 1,
        string text when IsOneOf(Yes, text) => true,
        string text when IsOneOf(No, text) => false,
        string text => InputReader.WrongType(row, input, field, plain, InputRules.Boolean, Wanted, Nearest(text)),
        _ => InputReader.WrongType(row, input, field, plain, InputRules.Boolean, Wanted),
    };

    private static bool IsOneOf(string[] words, string text)
    {
        var word = text.AsSpan().Trim();
        foreach (var known in words)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Nearest(string text) => text.Trim().TrimStart('$').ToLowerInvariant() switch
    {
        "t" or "y" or "wahr" or "vrai" or "ja" or "oui" or "si" => "Did you mean 'true'?",
        "f" or "n" or "falsch" or "faux" or "nein" or "non" => "Did you mean 'false'?",
        var word when Yes.Contains(word) => "Did you mean 'true'?",
        var word when No.Contains(word) => "Did you mean 'false'?",
        "tru" or "ture" or "treu" => "Did you mean 'true'?",
        "fals" or "flase" or "fasle" => "Did you mean 'false'?",
        _ => null,
    };
}
