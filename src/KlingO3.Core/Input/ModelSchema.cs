using System.Globalization;
using System.Text.Json;
using KlingO3.Input.Catalog;

namespace KlingO3.Input;

/// <summary>
/// Reads what the service itself says of a model (<c>request_schema</c> of <c>GET /v1/models/{slug}</c>, a JSON Schema), and tells where the
/// catalog differs.
/// </summary>
public static class ModelSchema
{
    private const int MostInputs = 200;
    private const int Deepest = 6;

    /// <summary>
    /// The model as the service describes it. What the schema does not say of an input is taken from the catalog's input of that name.
    /// </summary>
    /// <param name="slug">The slug.</param>
    /// <param name="title">The title; the slug by default.</param>
    /// <param name="schema">The JSON Schema. Of anything else, the model has no inputs.</param>
    /// <exception cref="KlingException"><c>KlingBadResponse</c>: the schema has text that is no Unicode.</exception>
    public static KlingModel Read(string slug, string? title, JsonElement schema)
    {
        var known = ModelCatalog.Find(slug);
        try
        {
            var inputs = Members(schema, schema, 0, name => Known(known, name));
            return new KlingModel
            {
                Slug = slug,
                Title = title ?? known?.Title ?? slug,
                Kind = known?.Kind ?? "",
                Tier = known?.Tier,
                Description = known?.Description,
                Inputs = inputs,
                OneOf = Kept(known?.OneOf, inputs),
                SharedLimits = [.. (known?.SharedLimits ?? []).Where(limit =>
                    Has(inputs, limit.With is null ? limit.Inputs : limit.Inputs.Append(limit.With)))],
                Sources = ["[live] request_schema of the service"],
            };
        }
        catch (InvalidOperationException exception)
        {
            throw new KlingException(
                KlingErrorId.BadResponse,
                $"The service described {Checks.Shown.Text(slug)} in text that is no Unicode.",
                "The catalog's own description holds.",
                exception);
        }
    }

    /// <summary>
    /// Where a model as the service describes it differs from the catalog's. Empty if it does not, or if the service describes no inputs.
    /// </summary>
    /// <param name="catalog">The catalog's model.</param>
    /// <param name="live">The service's model, from <see cref="Read"/>.</param>
    public static IReadOnlyList<KlingFinding> Differences(KlingModel catalog, KlingModel live)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(live);
        var found = new List<KlingFinding>();
        if (live.Inputs.Count == 0)
        {
            return found;
        }

        foreach (var input in catalog.Inputs)
        {
            var other = live.Inputs.FirstOrDefault(other => other.Name == input.Name);
            if (other is null)
            {
                Add(found, input.Name, "Removed", "The service no longer takes it.");
                continue;
            }

            Compare(found, input.Name, "Type", Word(input.Type), Word(other.Type));
            Compare(found, input.Name, "Required", Word(input.Required), Word(other.Required));
            Compare(found, input.Name, "Default", input.Default, other.Default);
            Compare(found, input.Name, "AllowedValues", string.Join(", ", input.AllowedValues), string.Join(", ", other.AllowedValues));
            Compare(found, input.Name, "Range", $"{input.Minimum}..{input.Maximum}", $"{other.Minimum}..{other.Maximum}");
            Compare(found, input.Name, "Count", $"{input.MinCount}..{input.MaxCount}", $"{other.MinCount}..{other.MaxCount}");
        }

        foreach (var input in live.Inputs.Where(input => catalog.Inputs.All(other => other.Name != input.Name)))
        {
            Add(found, input.Name, "Added", $"The service takes it too: {Word(input.Type)}{(input.Required ? ", required" : "")}.");
        }

        return found;
    }

    private static List<KlingModelInput> Members(JsonElement root, JsonElement schema, int depth, Func<string, KlingModelInput> known)
    {
        var found = new List<KlingModelInput>();
        schema = Resolve(root, schema);
        if (depth > Deepest || Member(schema, "properties") is not { ValueKind: JsonValueKind.Object } properties)
        {
            return found;
        }

        var required = Strings(Member(schema, "required")).ToHashSet();
        foreach (var property in properties.EnumerateObject().Take(MostInputs))
        {
            var name = VisibleText.Of(property.Name);
            var input = Input(root, property.Value, depth, known(name));
            found.Add(input with { Name = name, Required = required.Contains(name) });
        }

        return found;
    }

    private static KlingModelInput Input(JsonElement root, JsonElement schema, int depth, KlingModelInput known)
    {
        schema = Resolve(root, schema);
        var type = Member(schema, "type") is { ValueKind: JsonValueKind.String } word
            && Enum.TryParse<KlingInputType>(word.GetString(), true, out var parsed)
            ? parsed
            : known.Type;
        var values = Strings(Member(schema, "enum")).ToList();
        var isSeconds = known.Format == KlingInputFormat.Seconds && values.Count > 0
            && values.TrueForAll(value => int.TryParse(value, CultureInfo.InvariantCulture, out _));
        var members = type == KlingInputType.Object ? Members(root, schema, depth + 1, name => Known(known.Inputs, name)) : [];
        members = members.Count > 0 ? members : [.. known.Inputs];
        return known with
        {
            // An object of which nothing is known may hold anything.
            Type = type == KlingInputType.Object && members.Count == 0 ? KlingInputType.Any : type,
            Description = Text(Member(schema, "description")) ?? known.Description,
            Default = Text(Member(schema, "default")) ?? known.Default,
            // Seconds that are listed one by one are a range.
            AllowedValues = isSeconds ? [] : values.Count > 0 ? values : known.AllowedValues,
            Minimum = isSeconds ? values.Min(value => int.Parse(value, CultureInfo.InvariantCulture)) : Number(schema, "minimum") ?? known.Minimum,
            Maximum = isSeconds ? values.Max(value => int.Parse(value, CultureInfo.InvariantCulture)) : Number(schema, "maximum") ?? known.Maximum,
            MinCount = Number(schema, "minItems") is { } least and > 0 ? least : known.MinCount,
            MaxCount = Number(schema, "maxItems") ?? known.MaxCount,
            Items = type != KlingInputType.Array ? null
                : depth <= Deepest && Member(schema, "items") is { } items ? Input(root, items, depth + 1, known.Items ?? new KlingModelInput())
                : known.Items ?? new KlingModelInput(),
            Inputs = members,
            OneOf = Kept(known.OneOf, members),
            Piped = known.Piped && members is [{ Type: KlingInputType.String }, { Type: KlingInputType.Array }, ..],
        };
    }

    /// <summary>The groups of inputs that are all still there.</summary>
    private static List<IReadOnlyList<string>> Kept(IReadOnlyList<IReadOnlyList<string>>? groups, List<KlingModelInput> inputs) =>
        [.. (groups ?? []).Where(group => Has(inputs, group))];

    private static bool Has(List<KlingModelInput> inputs, IEnumerable<string> names) => names.All(name => inputs.Exists(input => input.Name == name));

    /// <summary>Follows <c>$ref</c> within the schema, and takes what is not null of <c>anyOf</c> and its like.</summary>
    private static JsonElement Resolve(JsonElement root, JsonElement schema)
    {
        for (var step = 0; step < Deepest; step++)
        {
            if (Text(Member(schema, "$ref")) is { } reference && reference.StartsWith("#/", StringComparison.Ordinal))
            {
                schema = reference[2..].Split('/').Aggregate(root, (place, name) => Member(place, name) ?? default);
            }
            else if ((Member(schema, "anyOf") ?? Member(schema, "oneOf") ?? Member(schema, "allOf")) is { ValueKind: JsonValueKind.Array } choices)
            {
                schema = choices.EnumerateArray().FirstOrDefault(choice => Text(Member(choice, "type")) != "null");
            }
            else
            {
                break;
            }
        }

        return schema;
    }

    private static KlingModelInput Known(KlingModel? model, string name) =>
        model?.Inputs.FirstOrDefault(input => input.Name == name) ?? Known(UnknownModels.Rules.Model.Inputs, name);

    private static KlingModelInput Known(IReadOnlyList<KlingModelInput> inputs, string name) =>
        inputs.FirstOrDefault(input => input.Name == name) ?? UnknownModels.Rules.Guess(name);

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;

    private static int? Number(JsonElement schema, string name) =>
        Member(schema, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;

    private static string? Text(JsonElement? json) => json switch
    {
        { ValueKind: JsonValueKind.String } => VisibleText.Of(json.Value.GetString()),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } => json.Value.GetRawText(),
        _ => null,
    };

    private static IEnumerable<string> Strings(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Array } ? json.Value.EnumerateArray().Select(item => Text(item)).OfType<string>() : [];

    private static string Word(object value) => value.ToString()!.ToLowerInvariant();

    private static void Compare(List<KlingFinding> found, string field, string rule, string? ours, string? theirs)
    {
        if (!string.Equals(ours, theirs, StringComparison.Ordinal) && !(string.IsNullOrEmpty(ours) && string.IsNullOrEmpty(theirs)))
        {
            Add(found, field, rule, $"The catalog says {Shown(ours)}, the service says {Shown(theirs)}.");
        }

        static string Shown(string? text) => string.IsNullOrEmpty(text) ? "nothing" : $"'{Checks.Shown.Text(text)}'";
    }

    private static void Add(List<KlingFinding> found, string field, string rule, string message) =>
        found.Add(new KlingFinding { Field = field, Rule = rule, Message = message });
}
