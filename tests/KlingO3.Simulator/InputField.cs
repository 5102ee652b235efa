using System.Globalization;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>One field of a model's input: its kind, and the most entries of an array.</summary>
internal sealed record InputField(string Name, FieldKind Kind, bool Required = false, int Most = 0, string? Default = null, string[]? Choices = null)
{
    /// <summary>The field as JSON Schema, as the service's <c>request_schema</c> has it.</summary>
    public JsonObject Schema()
    {
        var schema = Kind switch
        {
            FieldKind.Boolean => new JsonObject { ["type"] = "boolean" },
            FieldKind.Url => new() { ["type"] = "string", ["format"] = "uri" },
            FieldKind.Duration => new() { ["type"] = "string", ["enum"] = Durations() },
            FieldKind.Choice => new() { ["type"] = "string", ["enum"] = Strings(Choices ?? []) },
            FieldKind.Urls => Array(new JsonObject { ["type"] = "string", ["format"] = "uri" }),
            FieldKind.Texts => Array(new JsonObject { ["type"] = "string" }),
            FieldKind.Elements => Array(ElementSchema()),
            FieldKind.Prompts => Array(PromptSchema()),
            _ => new() { ["type"] = "string" },
        };
        if (Default is not null)
        {
            schema["default"] = Kind == FieldKind.Boolean ? bool.Parse(Default) : Default;
        }

        return schema;
    }

    private JsonObject Array(JsonNode items) => new() { ["type"] = "array", ["maxItems"] = Most, ["items"] = items };

    private static JsonObject ElementSchema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["frontal_image_url"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
            ["reference_image_urls"] = new JsonObject
            {
                ["type"] = "array",
                ["minItems"] = 1,
                ["maxItems"] = 3,
                ["items"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
            },
            ["video_url"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
        },
    };

    private static JsonObject PromptSchema() => new()
    {
        ["type"] = "object",
        ["required"] = Strings(["prompt", "duration"]),
        ["properties"] = new JsonObject
        {
            ["prompt"] = new JsonObject { ["type"] = "string" },
            ["duration"] = new JsonObject { ["type"] = "string" },
        },
    };

    private static JsonArray Durations() =>
        Strings(Enumerable.Range(3, 13).Select(seconds => seconds.ToString(CultureInfo.InvariantCulture)));

    private static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];
}
