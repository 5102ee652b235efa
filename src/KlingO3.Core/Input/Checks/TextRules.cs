namespace KlingO3.Input.Checks;

/// <summary>What holds for every text that is sent or stored.</summary>
internal static class TextRules
{
    /// <summary>No input of the service is near it: 40 times the prompt that Kling reads. In characters.</summary>
    public const int Longest = 100_000;

    /// <summary>Whether the text may be sent.</summary>
    public static bool Check(RowContext row, string field, string text, int longest = Longest)
    {
        if (text.Length > longest)
        {
            row.Findings.Error(
                field, InputRules.TooLong, $"{Shown.Value(text)} has {Shown.Count(text.Length, "character")}; at most {Shown.Number(longest)} make sense.",
                "Is a whole file in one value?");
            return false;
        }

        return !Characters.AnySuspicious(text) || CheckCharacters(row, field, text);
    }

    private static bool CheckCharacters(RowContext row, string field, string text)
    {
        if (!Characters.IsWellFormed(text))
        {
            row.Findings.Error(field, InputRules.Unicode, $"{Shown.Value(text)} has half of a surrogate pair: a character is damaged.",
                "Save the file as UTF-8.");
            return false;
        }

        if (text.Any(Characters.IsControl))
        {
            row.Findings.Error(
                field, InputRules.ControlCharacters, $"{Shown.Value(text)} has the control character U+{(int)text.First(Characters.IsControl):X4}.",
                "Remove it. Is the file UTF-8?");
            return false;
        }

        if (text.Any(Characters.TurnsDirection))
        {
            row.Findings.Warn(
                field, InputRules.DirectionCharacters, $"{Shown.Value(text)} has invisible characters that turn the direction of text.",
                "Remove them unless they are meant.");
        }

        return true;
    }
}
