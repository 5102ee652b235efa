namespace KlingO3.Input.Checks;

/// <summary>Objects: elements and shots, typed, as JSON, or as <c>frontal|ref|ref</c>.</summary>
internal static class ObjectReader
{
    public static object? Read(RowContext row, KlingModelInput input, string field, object plain)
    {
        if (plain is string text)
        {
            if (JsonText.IsLikely(text))
            {
                var json = JsonText.Read(text, out var problem);
                if (problem is not null)
                {
                    row.Findings.Error(field, problem.Rule, problem.Message, problem.Suggestion ?? InputReader.Example(input));
                    return null;
                }

                plain = json!;
            }
            else if (input.Piped)
            {
                plain = Piped(input, text);
            }
        }

        return plain is PlainMap map
            ? ReadMembers(row, input, field, map)
            : InputReader.WrongType(row, input, field, plain, InputRules.Type, "an object");
    }

    /// <summary><c>frontal|ref|ref</c>, or the URL of a video alone where the object takes a video.</summary>
    private static PlainMap Piped(KlingModelInput input, string text)
    {
        var parts = Array.ConvertAll(text.Split('|'), OuterSpace.Trim);
        var video = input.Inputs.FirstOrDefault(member => member.Format == KlingInputFormat.Video);
        if (parts.Length == 1 && video is not null && UrlPath.EndsAsVideo(UrlPath.Of(text)))
        {
            return new PlainMap([new(video.Name, text)]);
        }

        return new PlainMap([new(input.Inputs[0].Name, parts[0]), new(input.Inputs[1].Name, new PlainList(parts[1..], Exact: false))]);
    }

    private static KlingInput ReadMembers(RowContext row, KlingModelInput input, string field, PlainMap map)
    {
        var given = new Dictionary<KlingModelInput, object?>(ReferenceEqualityComparer.Instance);
        var others = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in map.Members)
        {
            if (Blanks.Is(value))
            {
                continue;
            }

            var member = input.Inputs.FirstOrDefault(known => InputNames.Of(known).Contains(name, StringComparer.OrdinalIgnoreCase));
            if (member is null)
            {
                others.Add(new(name, value));
            }
            else if (!given.TryAdd(member, value))
            {
                row.Findings.Error($"{field}.{member.Name}", InputRules.GivenTwice, $"{member.Name} was given twice.", "Give it once.");
            }
        }

        RequiredRules.CheckMembers(row, input, field, name => given.Keys.Any(member => member.Name == name));
        return Sent(row, input, field, given, others);
    }

    private static KlingInput Sent(
        RowContext row, KlingModelInput input, string field, Dictionary<KlingModelInput, object?> given, List<KeyValuePair<string, object?>> others)
    {
        var sent = new KlingInput();
        foreach (var member in input.Inputs)
        {
            if (given.TryGetValue(member, out var value) && InputReader.Read(row, member, $"{field}.{member.Name}", value) is { } typed)
            {
                sent[member.Name] = typed;
            }
        }

        foreach (var (name, value) in others)
        {
            var path = $"{field}.{Shown.Text(name)}";
            if (!row.IsLenient)
            {
                var names = input.Inputs.Select(member => member.Name).ToList();
                UnknownInputs.Report(row, path, $"{field} takes no {Shown.Value(name)}.", name, names);
            }
            else if (TextRules.Check(row, path, name))
            {
                sent[name] = InputReader.Read(row, row.Rules.Guess(name), path, value);
            }
        }

        return sent;
    }
}
