namespace KlingO3.Input.Checks;

/// <summary>Reads the values of a row: finds the input that each name means, types it, and checks what inputs must be to each other.</summary>
internal static class RowReader
{
    public static KlingInput Read(RowContext row, IReadOnlyDictionary<string, object?>? values)
    {
        var inputs = row.Rules.Model.Inputs;
        var slots = new Slot[inputs.Count];
        var others = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in values ?? new Dictionary<string, object?>())
        {
            Place(row, slots, others, name, value);
        }

        var sent = new KlingInput();
        for (var place = 0; place < slots.Length; place++)
        {
            if (slots[place].Plain is not null)
            {
                row.FileAccess = slots[place].IsPiped ? row.PipedFiles : LocalFileAccess.All;
                slots[place].Typed = InputReader.Read(row, inputs[place], inputs[place].Name, slots[place].Plain);
                if (slots[place].Typed is { } typed)
                {
                    sent[inputs[place].Name] = typed;
                }
            }
        }

        foreach (var (name, value) in others)
        {
            if (TextRules.Check(row, Shown.Text(name), name) && InputReader.Read(row, row.Rules.Guess(name), Shown.Text(name), value) is { } typed)
            {
                sent[name] = typed;
            }
        }

        if (!row.IsLenient)
        {
            CheckTogether(row, slots);
        }

        return sent;
    }

    /// <summary>Puts a value to its input.</summary>
    private static void Place(RowContext row, Slot[] slots, SortedDictionary<string, object?> others, string name, object? value)
    {
        if (value is null or "")
        {
            return;
        }

        var isPiped = row.Piped.Contains(name);
        var place = row.Rules.Find(name);
        if (place < 0)
        {
            name = OuterSpace.Trim(name);
            place = row.Rules.Find(name);
        }

        var plain = PlainReader.Read(value, out var problem);
        if (problem is not null)
        {
            var field = place < 0 ? FieldOf(name) : row.Rules.Model.Inputs[place].Name;
            row.Findings.Error(field, problem.Rule, problem.Message, problem.Suggestion);
        }
        else if (Blanks.Is(plain))
        {
            return;
        }

        if (place >= 0)
        {
            PlaceKnown(row, ref slots[place], row.Rules.Model.Inputs[place].Name, name, plain, isPiped);
        }
        else if (problem is null)
        {
            PlaceOther(row, others, name, plain);
        }
    }

    private static void PlaceKnown(RowContext row, ref Slot slot, string field, string name, object? plain, bool isPiped)
    {
        if (slot.IsGiven)
        {
            row.Findings.Error(
                field, InputRules.GivenTwice, $"{field} was given twice, the second time as {Shown.Value(name)}.", "Give it once.");
            return;
        }

        slot = new Slot { Plain = plain, IsGiven = true, IsPiped = isPiped };
    }

    private static void PlaceOther(RowContext row, SortedDictionary<string, object?> others, string name, object? plain)
    {
        if (!row.IsLenient)
        {
            UnknownInputs.Report(
                row, FieldOf(name), $"{row.Rules.Model.Slug} takes no {Shown.Value(name)}.", name, [.. row.Rules.Model.Inputs.Select(input => input.Name)]);
        }
        else if (Blanks.Is(name))
        {
            row.Findings.Error("(no name)", InputRules.UnknownInput, $"{Shown.Value(plain)} was given without the name of an input.", "Name it.");
        }
        else
        {
            others[name] = plain;
        }
    }

    private static string FieldOf(string name) => Shown.Text(InputNames.OfService(name));

    private static void CheckTogether(RowContext row, Slot[] slots)
    {
        bool IsGiven(string name) => slots[row.Rules.Find(name)].IsGiven;
        RequiredRules.CheckModel(row, row.Rules, IsGiven);
        foreach (var limit in row.Rules.Model.SharedLimits)
        {
            var count = limit.Inputs.Sum(name => Math.Max(0, slots[row.Rules.Find(name)].Count));
            var isTold = limit.Inputs.Any(name => slots[row.Rules.Find(name)].Count > row.Rules.Model.Inputs[row.Rules.Find(name)].MaxCount);
            if (count > limit.Maximum && !isTold && (limit.With is null || IsGiven(limit.With)))
            {
                row.Findings.Error(
                    limit.Inputs[0], InputRules.SharedCount,
                    $"{string.Join(" and ", limit.Inputs)} have {count} items together; with {limit.With} they may have {limit.Maximum}.",
                    $"Leave out {Shown.Count(count - limit.Maximum, "item")}.");
            }
        }

        ReferenceRules.Check(row, input => slots[row.Rules.Find(input.Name)].Count);
    }

    /// <summary>An input of the row.</summary>
    private struct Slot
    {
        /// <summary>The value as given, made plain.</summary>
        public object? Plain;

        /// <summary>The value as sent.</summary>
        public object? Typed;

        /// <summary>Whether a value was given, right or wrong.</summary>
        public bool IsGiven;

        /// <summary>Whether the value came down the pipeline.</summary>
        public bool IsPiped;

        /// <summary>How many things it is; -1 if it was given and could not be read.</summary>
        public readonly int Count => Typed is Array items ? items.Length : Typed is not null ? 1 : IsGiven ? -1 : 0;
    }
}
