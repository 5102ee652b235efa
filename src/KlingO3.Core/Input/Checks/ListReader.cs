namespace KlingO3.Input.Checks;

/// <summary>Lists: typed ones, JSON arrays, and cells such as <c>a;b</c>.</summary>
internal static class ListReader
{
    /// <summary>Of a list that is far too long, only the first items are looked at.</summary>
    private const int MostLookedAt = 100;

    public static object? Read(RowContext row, KlingModelInput input, string field, object plain)
    {
        var items = new List<object?>();
        if (!Gather(row, input, field, plain, items))
        {
            return null;
        }

        if (items.Count > input.MaxCount || items.Count < input.MinCount)
        {
            row.Findings.Error(
                field,
                InputRules.Count,
                $"{field} has {Shown.Count(items.Count, "item")}; it takes {(input.MinCount is null ? "at most" : $"{input.MinCount} to")} {input.MaxCount}.",
                InputReader.Example(input));
        }

        var most = input.MaxCount is null ? items.Count : Math.Min(items.Count, Math.Max(MostLookedAt, input.MaxCount.Value));
        var values = new object?[most];
        for (var place = 0; place < most; place++)
        {
            values[place] = ReadItem(row, input.Items!, $"{field}[{place}]", items[place]);
        }

        WarnOfDuplicates(row, input, field, values);
        return values.Length == 0 ? null
            : Array.TrueForAll(values, value => value is string) ? Array.ConvertAll(values, value => (string)value!)
            : values;
    }

    private static object? ReadItem(RowContext row, KlingModelInput item, string field, object? plain)
    {
        if (!Blanks.Is(plain))
        {
            return InputReader.Read(row, item, field, plain);
        }

        // Left out in silence, it would shift what @Image2 means.
        row.Findings.Error(field, InputRules.Blank, $"The item {field} is blank.", InputReader.Example(item) ?? "Remove it.");
        return null;
    }

    /// <summary>Adds the items of a value. False if it cannot be a list, which is then a finding.</summary>
    private static bool Gather(RowContext row, KlingModelInput input, string field, object? plain, List<object?> items)
    {
        switch (plain)
        {
            case PlainList { Exact: true } list:
                items.AddRange(list.Items);
                return true;
            case PlainList list:
                return GatherList(row, input, field, list, items);
            case string text when JsonText.IsLikely(text):
                return GatherJson(row, input, field, text, items);
            case string text when input.Items!.Type == KlingInputType.Object && !input.Items.Piped:
                InputReader.WrongType(row, input, field, text, InputRules.Json, "JSON");
                return false;
            case string text:
                items.AddRange(Split(text));
                return true;
            default:
                return Keep(items, plain);
        }
    }

    private static bool GatherJson(RowContext row, KlingModelInput input, string field, string text, List<object?> items)
    {
        var json = JsonText.Read(text, out var problem);
        if (problem is not null)
        {
            row.Findings.Error(field, problem.Rule, problem.Message, problem.Suggestion ?? InputReader.Example(input));
            return false;
        }

        if (json is PlainList list)
        {
            items.AddRange(list.Items);
            return true;
        }

        return Keep(items, json);
    }

    private static bool Keep(List<object?> items, object? item)
    {
        items.Add(item);
        return true;
    }

    /// <summary>Blank items in the middle stay, to be told of; those at the end are empty columns that a spreadsheet joined.</summary>
    private static bool GatherList(RowContext row, KlingModelInput input, string field, PlainList list, List<object?> items)
    {
        var count = list.Items.Count;
        while (count > 0 && Blanks.Is(list.Items[count - 1]))
        {
            count--;
        }

        var isWhole = true;
        foreach (var item in list.Items.Take(count))
        {
            // A list in a list is no list of items: it is one item, and a wrong one.
            isWhole &= item is PlainList or null || Blanks.Is(item) ? Keep(items, item) : Gather(row, input, field, item, items);
        }

        return isWhole;
    }

    /// <summary>The items of <c>a; b;</c>. A data URI has a semicolon of its own.</summary>
    private static IEnumerable<string> Split(string text)
    {
        if (text.AsSpan().TrimStart().StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return [text];
        }

        var parts = Array.ConvertAll(text.Split(';'), OuterSpace.Trim);
        var count = parts.Length;
        while (count > 0 && Blanks.Is(parts[count - 1]))
        {
            count--;
        }

        return parts.Take(count);
    }

    private static void WarnOfDuplicates(RowContext row, KlingModelInput input, string field, object?[] values)
    {
        if (input.Items!.Format is not (KlingInputFormat.Image or KlingInputFormat.Video or KlingInputFormat.Url) || values.Length < 2)
        {
            return;
        }

        var seen = new HashSet<object>();
        for (var place = 0; place < values.Length; place++)
        {
            if (values[place] is { } value && !seen.Add(value))
            {
                row.Findings.Warn($"{field}[{place}]", InputRules.Duplicate, $"{Shown.Value(value)} is in the list twice.", "Give it once.");
            }
        }
    }
}
