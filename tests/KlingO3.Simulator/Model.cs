using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>A model that the service runs, and what it takes.</summary>
/// <param name="Slug">Its name in a create.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="MostPictures">The most that images and elements may be together; null where they are not counted together.</param>
/// <param name="Fields">Its input.</param>
internal sealed record Model(string Slug, string Title, int? MostPictures, params InputField[] Fields)
{
    /// <summary>Whether the prompt may be given in pieces instead, as <c>multi_prompt</c>.</summary>
    public bool TakesPieces => Fields.Any(field => field.Kind == FieldKind.Prompts);

    public JsonObject Describe(decimal? cost)
    {
        var properties = new JsonObject();
        foreach (var field in Fields)
        {
            properties[field.Name] = field.Schema();
        }

        var answer = new JsonObject
        {
            ["title"] = Title,
            ["slug"] = Slug,
            ["version"] = "0.0.1",
            ["output_type"] = "string",
            ["request_schema"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray([.. Fields.Where(field => field.Required).Select(field => (JsonNode)field.Name)]),
                ["properties"] = properties,
            },
        };
        if (cost is not null)
        {
            answer["cost"] = cost;
        }

        return answer;
    }
}
