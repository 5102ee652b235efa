using KlingO3.Input.Catalog;

namespace KlingO3.Input.Checks;

/// <summary>What must be given, of a model and of an object.</summary>
internal static class RequiredRules
{
    /// <summary>Checks a model's inputs.</summary>
    public static void CheckModel(RowContext row, ModelRules rules, Func<string, bool> isGiven)
    {
        foreach (var input in rules.Model.Inputs)
        {
            if (input.Required && !isGiven(input.Name))
            {
                Missing(row, input.Name, input);
            }
        }

        // Both prompts at once: the service does not say which one it then takes, so it is no reason to refuse the row.
        CheckOneOf(row, rules.Model.OneOf, rules.Model.Inputs, "", rules.Model.OneOf.Count == 0 ? "" : rules.Model.OneOf[0][0], isGiven,
            row.Findings.Warn);
    }

    /// <summary>Checks an object's members.</summary>
    public static void CheckMembers(RowContext row, KlingModelInput input, string field, Func<string, bool> isGiven)
    {
        foreach (var member in input.Inputs)
        {
            if (member.Required && !isGiven(member.Name))
            {
                Missing(row, $"{field}.{member.Name}", member, InputReader.Example(input));
            }
        }

        CheckOneOf(row, input.OneOf, input.Inputs, $"{field}.", field, isGiven, row.Findings.Error);
    }

    private static void CheckOneOf(
        RowContext row, IReadOnlyList<IReadOnlyList<string>> groups, IReadOnlyList<KlingModelInput> inputs, string prefix, string field,
        Func<string, bool> isGiven, Action<string, string, string, string?> tellOfSeveral)
    {
        if (groups.Count == 0)
        {
            return;
        }

        var begun = groups.Where(group => group.Any(isGiven)).ToList();
        if (begun.Count == 0)
        {
            var first = inputs.First(input => input.Name == groups[0][0]);
            row.Findings.Error(field, InputRules.OneOf, $"Nothing was given of: {Words(groups)}.", InputReader.Example(first));
        }
        else if (begun.Count > 1)
        {
            tellOfSeveral(field, InputRules.OneOf, $"More than one was given of: {Words(groups)}.", "Give one of them.");
        }
        else
        {
            foreach (var name in begun[0].Where(name => !isGiven(name)))
            {
                Missing(row, prefix + name, inputs.First(input => input.Name == name));
            }
        }
    }

    private static void Missing(RowContext row, string field, KlingModelInput input, string? example = null)
    {
        var parameter = input.Parameter is null ? "" : $" (-{input.Parameter})";
        row.Findings.Error(field, InputRules.Required, $"{input.Name}{parameter} is required, and was not given.",
            example ?? InputReader.Example(input));
    }

    private static string Words(IReadOnlyList<IReadOnlyList<string>> groups) =>
        string.Join(", or ", groups.Select(group => string.Join(" with ", group)));
}
