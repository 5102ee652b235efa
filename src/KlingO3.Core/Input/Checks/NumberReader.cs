using System.Globalization;

namespace KlingO3.Input.Checks;

/// <summary>Numbers, with a decimal point whatever the culture.</summary>
internal static class NumberReader
{
    public static object? Read(RowContext row, KlingModelInput input, string field, object plain)
    {
        var wanted = input.Type == KlingInputType.Integer ? "a whole number" : "a number";
        if (Parse(plain) is not { } number || (input.Type == KlingInputType.Integer && number != Math.Floor(number)))
        {
            return InputReader.WrongType(row, input, field, plain, InputRules.Number, wanted);
        }

        CheckRange(row, input, field, plain, number);
        return number == Math.Floor(number) && Math.Abs(number) <= long.MaxValue ? (object)(long)number : (double)number;
    }

    /// <summary>Holds a number against the limits of its input.</summary>
    public static void CheckRange(RowContext row, KlingModelInput input, string field, object plain, decimal number)
    {
        if (number < input.Minimum || number > input.Maximum)
        {
            row.Findings.Error(
                field, InputRules.Range, $"{Shown.Value(plain)} is out of range: {input.Name} takes {Limits(input)}.", InputReader.Example(input));
        }
        else if (number > input.SoftMaximum)
        {
            row.Findings.Warn(
                field, InputRules.SoftRange, $"{Shown.Value(plain)} is above {input.SoftMaximum}. {input.Description}",
                $"Give {input.SoftMaximum} or less. The row can be sent as it is.");
        }
    }

    /// <summary>The number; null if it is none.</summary>
    public static decimal? Parse(object plain) => plain switch
    {
        long whole => whole,
        decimal exact => exact,
        double real when Math.Abs(real) < 1e28 => (decimal)real,
        string text when decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => null,
    };

    private static string Limits(KlingModelInput input) => (input.Minimum, input.Maximum) switch
    {
        (null, { } most) => $"at most {most}",
        ({ } least, null) => $"at least {least}",
        var (least, most) => $"{least} to {most}",
    };
}
