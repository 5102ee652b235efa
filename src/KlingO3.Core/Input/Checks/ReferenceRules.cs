using System.Globalization;

namespace KlingO3.Input.Checks;

/// <summary>Holds what the prompts refer to against what the row has.</summary>
internal static class ReferenceRules
{
    /// <param name="row">The row, its prompts read.</param>
    /// <param name="count">How many things an input has; -1 if it was given and could not be read.</param>
    public static void Check(RowContext row, Func<KlingModelInput, int> count)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (field, prompt) in row.Prompts)
        {
            foreach (var reference in PromptScanner.Scan(prompt))
            {
                if (used.Add(reference.Written))
                {
                    CheckOne(row, field, reference, count);
                }

                used.Add(reference.Correct);
            }
        }

        if (row.Prompts.Count == 0)
        {
            return;
        }

        foreach (var input in row.Rules.Model.Inputs)
        {
            if (input.Reference is not null)
            {
                WarnOfUnused(row, input, Math.Min(count(input), input.MaxCount ?? 1), used);
            }
        }
    }

    private static void CheckOne(RowContext row, string field, PromptReference reference, Func<KlingModelInput, int> count)
    {
        if (row.IsLenient)
        {
            return;
        }

        var input = row.Rules.Model.Inputs.FirstOrDefault(input => input.Reference == reference.Word);
        var had = input is null ? 0 : count(input);
        if (!reference.IsRight && (input is not null || reference.Number > 0))
        {
            row.Findings.Error(
                field,
                InputRules.ReferenceSpelling,
                $"{Shown.Value(reference.Written)} is not understood as a reference.",
                $"Did you mean '{reference.Correct}'?");
        }
        else if (reference.IsRight && had >= 0 && (reference.Number < 1 || reference.Number > had))
        {
            row.Findings.Error(field, InputRules.UnknownReference, Unknown(row, reference, input, had), Suggestion(row, reference, input, had));
        }
    }

    private static string Unknown(RowContext row, PromptReference reference, KlingModelInput? input, int had)
    {
        var noun = reference.Word.ToLowerInvariant();
        return input is null ? $"The prompt refers to {Shown.Text(reference.Written)}, but {row.Rules.Model.Slug} takes no {noun}s to refer to."
            : reference.Number < 1 ? $"The prompt refers to {Shown.Text(reference.Written)}, but {noun}s are counted from 1."
            : $"The prompt refers to {Shown.Text(reference.Written)}, but the row has {(had == 0 ? "no" : had.ToString(CultureInfo.InvariantCulture))} {noun}{(had == 1 ? "" : "s")}.";
    }

    private static string Suggestion(RowContext row, PromptReference reference, KlingModelInput? input, int had)
    {
        if (input is not null)
        {
            return had > 0 ? $"The last one is @{reference.Word}{had}." : $"Give {input.Name} (-{input.Parameter}).";
        }

        var known = row.Rules.Model.Inputs.Where(other => other.Reference is not null).Select(other => $"@{other.Reference}1").ToList();
        return known.Count == 0 ? "Describe it in words." : $"It knows {string.Join(", ", known)} and so on.";
    }

    private static void WarnOfUnused(RowContext row, KlingModelInput input, int count, HashSet<string> used)
    {
        for (var number = 1; number <= count; number++)
        {
            var reference = $"@{input.Reference}{number}";
            if (!used.Contains(reference))
            {
                var field = input.Type == KlingInputType.Array ? $"{input.Name}[{number - 1}]" : input.Name;
                row.Findings.Warn(field, InputRules.UnusedReference, $"The prompt never mentions {reference}.",
                    $"Write {reference} where the prompt means it.");
            }
        }
    }
}
