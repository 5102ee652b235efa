using System.Text.Json;
using KlingO3.Service;

namespace KlingO3.Input;

/// <summary>
/// Compares what the service says of a model (<c>request_schema</c>, a JSON Schema) with the catalog. The live description is the truth; the
/// catalog is what the checks use, so a difference is something to report.
/// </summary>
internal static class LiveModel
{
    /// <summary>The model of the catalog, or what can be said of one that it does not have, with the differences.</summary>
    public static KlingModel Read(string slug, ReadOnlyMemory<byte> body) => WireReader.Read(body, WireJson.Default.WireModel, wire =>
    {
        var schema = wire.RequestSchema.As(WireJson.Default.WireSchema);
        var live = Properties(schema);
        if (ModelCatalog.Find(slug) is { } known)
        {
            return known with
            {
                Title = wire.Title.Text() ?? known.Title,
                Differences = schema is null ? ["The service gives no request_schema."] : [.. Compare(known, schema, live)],
            };
        }

        return new KlingModel
        {
            Slug = wire.Slug.Text() ?? slug,
            Title = wire.Title.Text() ?? slug,
            Kind = "unknown",
            Inputs = [.. live.Select(property => Describe(property.Key, property.Value, schema))],
            Differences = ["The catalog does not have this model: its inputs are sent as they are given."],
        };
    });

    private static IEnumerable<string> Compare(KlingModel known, WireSchema schema, Dictionary<string, WireSchema> live)
    {
        var required = Words(schema.Required);
        foreach (var input in known.Inputs)
        {
            if (!live.TryGetValue(input.Name, out var property))
            {
                yield return $"{input.Name}: the service does not list it.";
                continue;
            }

            foreach (var difference in Compare(input, property, required.Contains(input.Name)))
            {
                yield return $"{input.Name}: {difference}";
            }
        }

        foreach (var name in live.Keys.Except(known.Inputs.Select(input => input.Name), StringComparer.Ordinal))
        {
            yield return $"{name}: the catalog does not have it. Give it with -Parameter @{{ {name} = … }}.";
        }
    }

    private static IEnumerable<string> Compare(KlingModelInput input, WireSchema property, bool required)
    {
        if (required && !input.Required)
        {
            yield return "the service requires it.";
        }

        if (property.Type.Text() is { } type && !type.Equals(input.Type.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            yield return $"the service wants type {type}, the catalog has {input.Type}.";
        }

        if (Words(property.Enum) is { Count: > 0 } allowed && input.AllowedValues.Count > 0 && !allowed.SetEquals(input.AllowedValues))
        {
            yield return $"the service allows {string.Join(", ", allowed)}, the catalog has {string.Join(", ", input.AllowedValues)}.";
        }

        if (Scalar(property.Default) is { } standard && input.Default is { } ours && standard != ours)
        {
            yield return $"the service's default is {standard}, the catalog has {ours}.";
        }

        if (property.MaxItems.Number() is { } most && input.MaxCount is { } count && (int)most != count)
        {
            yield return $"the service takes {most} of them at most, the catalog has {count}.";
        }
    }

    private static KlingModelInput Describe(string name, WireSchema property, WireSchema? schema) => new()
    {
        Name = name,
        Type = Enum.TryParse<KlingInputType>(property.Type.Text(), ignoreCase: true, out var type) ? type : KlingInputType.Any,
        Required = schema is not null && Words(schema.Required).Contains(name),
        Default = Scalar(property.Default),
        AllowedValues = [.. Words(property.Enum)],
    };

    private static Dictionary<string, WireSchema> Properties(WireSchema? schema) => schema?.Properties.ValueKind == JsonValueKind.Object
        ? schema.Properties.EnumerateObject()
            .Select(property => (property.Name, Schema: property.Value.As(WireJson.Default.WireSchema)))
            .Where(property => property.Schema is not null)
            .DistinctBy(property => property.Name)
            .ToDictionary(property => property.Name, property => property.Schema!, StringComparer.Ordinal)
        : [];

    private static HashSet<string> Words(JsonElement array) => array.ValueKind == JsonValueKind.Array
        ? [.. array.EnumerateArray().Select(item => item.Text()).OfType<string>()]
        : [];

    private static string? Scalar(JsonElement value) => value.Text() ?? value.Flag()?.ToString().ToLowerInvariant();
}
