namespace KlingO3.Input.Checks;

/// <summary>Reads a plain value into the type of its input, and checks it on the way.</summary>
internal static class InputReader
{
    /// <summary>The value as it is sent; null if it was blank or, as a finding then says, wrong.</summary>
    /// <param name="row">The row.</param>
    /// <param name="input">The input.</param>
    /// <param name="field">Where it is: <c>elements[0].frontal_image_url</c>.</param>
    /// <param name="plain">The plain value.</param>
    public static object? Read(RowContext row, KlingModelInput input, string field, object? plain)
    {
        if (Blanks.Is(plain))
        {
            return null;
        }

        // PowerShell makes a list of one where one was given, and the other way round.
        if (input.Type is not (KlingInputType.Array or KlingInputType.Any) && plain is PlainList list)
        {
            if (list.Items.Count > 1)
            {
                return WrongType(row, input, field, plain, InputRules.Count, "one value");
            }

            return Read(row, input, field, list.Items[0]);
        }

        return input.Type switch
        {
            KlingInputType.Array => ListReader.Read(row, input, field, plain!),
            KlingInputType.Object => ObjectReader.Read(row, input, field, plain!),
            KlingInputType.Boolean => BooleanReader.Read(row, input, field, plain!),
            KlingInputType.Integer or KlingInputType.Number => NumberReader.Read(row, input, field, plain!),
            KlingInputType.String => ReadString(row, input, field, plain!),
            _ => AnyReader.Read(row, field, plain!),
        };
    }

    /// <summary>A value of the wrong type: an error, or of an unknown model sent as given.</summary>
    public static object? WrongType(
        RowContext row, KlingModelInput input, string field, object? plain, string rule, string wanted, string? suggestion = null)
    {
        if (row.IsLenient)
        {
            return AnyReader.Read(row, field, plain);
        }

        row.Findings.Error(field, rule, $"{Shown.Value(plain)} is not {wanted}.", suggestion ?? Example(input));
        return null;
    }

    /// <summary>The correct example of an input, as a suggestion.</summary>
    public static string? Example(KlingModelInput input) => input.Example is null ? null : $"Example: {input.Example}";

    private static object? ReadString(RowContext row, KlingModelInput input, string field, object plain) => input.Format switch
    {
        KlingInputFormat.Url or KlingInputFormat.Video or KlingInputFormat.Image => UrlReader.Read(row, input, field, plain),
        KlingInputFormat.Seconds => SecondsReader.Read(row, input, field, plain),
        _ => TextReader.Read(row, input, field, plain),
    };
}
