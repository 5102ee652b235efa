namespace KlingO3.Input.Checks;

/// <summary>
/// Values of which nothing is known: sent as given, but for members that are blank. Text that is JSON becomes what it says, <c>true</c> and
/// <c>false</c> Booleans.
/// </summary>
internal static class AnyReader
{
    public static object? Read(RowContext row, string field, object? plain)
    {
        if (plain is string text)
        {
            if (JsonText.IsLikely(text) && JsonText.Read(text, out var problem) is { } json && problem is null)
            {
                return Sent(row, field, json);
            }

            if (bool.TryParse(text, out var flag))
            {
                return flag;
            }
        }

        return Sent(row, field, plain);
    }

    private static object? Sent(RowContext row, string field, object? plain) => plain switch
    {
        string text => TextRules.Check(row, field, text) ? text : null,
        PlainList list => list.Items.Select((item, place) => Sent(row, $"{field}[{place}]", item)).ToArray(),
        PlainMap map => Members(row, field, map),
        _ => plain,
    };

    private static KlingInput Members(RowContext row, string field, PlainMap map)
    {
        var input = new KlingInput();
        foreach (var (name, value) in map.Members)
        {
            if (Blanks.Is(value))
            {
                continue;
            }

            var path = $"{field}.{Shown.Text(name)}";
            if (input.Contains(name))
            {
                row.Findings.Error(path, InputRules.GivenTwice, $"{Shown.Value(name)} was given twice.", "Give it once.");
            }
            else if (TextRules.Check(row, path, name))
            {
                input[name] = Sent(row, path, value);
            }
        }

        return input;
    }
}
