using System.Globalization;

namespace KlingO3.Input.Checks;

/// <summary>Texts: prompts, and words of which an input takes a few.</summary>
internal static class TextReader
{
    public static object? Read(RowContext row, KlingModelInput input, string field, object plain)
    {
        if (plain is not (string or long or double))
        {
            return InputReader.WrongType(row, input, field, plain, InputRules.Type, "text");
        }

        var text = System.Convert.ToString(plain, CultureInfo.InvariantCulture)!;
        if (!TextRules.Check(row, field, text))
        {
            return null;
        }

        if (input.AllowedValues.Count > 0 || input.KnownValues.Count > 0)
        {
            return AllowedValues.Read(row, input, field, text);
        }

        if (input.SoftMaxLength is { } longest && text.Length > longest)
        {
            row.Findings.Warn(
                field,
                InputRules.SoftLength,
                $"{Shown.Value(text)} has {Shown.Count(text.Length, "character")}: Kling itself stops at {Shown.Number(longest)}.",
                "Shorten it, or what stands at its end may be lost.");
        }

        if (input.Format == KlingInputFormat.Prompt)
        {
            row.Prompts.Add(new(field, text));
        }

        return text;
    }
}
