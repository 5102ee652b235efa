using System.Text.Json;

namespace KlingO3.Simulator;

/// <summary>The body of a create, judged.</summary>
internal sealed record CreateRequest(Model Model, JsonElement Input, string? WebhookUrl, string? WebhookSecret)
{
    private const int LongestPrompt = 2_500;

    public string Prompt { get; } = PromptOf(Input);

    /// <summary>Kling takes 2,500 characters of prompt; the service accepts more, and the job then fails.</summary>
    public bool PromptIsTooLong => Prompt.EnumerateRunes().Count() > LongestPrompt;

    /// <summary>The request, or the status and message that refuse it.</summary>
    public static (CreateRequest? Request, int Status, string Wrong) Read(ReadOnlyMemory<byte> body)
    {
        JsonElement root;
        try
        {
            root = Json.Parse(body);
        }
        catch (JsonException)
        {
            return (null, StatusCodes.Status400BadRequest, "invalid JSON body");
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, StatusCodes.Status400BadRequest, "body must be an object");
        }

        foreach (var field in root.EnumerateObject())
        {
            var wanted = field.Name switch
            {
                "model" or "version" or "webhook_url" or "webhook_secret" => JsonValueKind.String,
                "input" => JsonValueKind.Object,
                _ => JsonValueKind.Undefined,
            };
            if (field.Value.ValueKind != wanted)
            {
                return (null, StatusCodes.Status400BadRequest,
                    wanted == JsonValueKind.Undefined ? $"unknown field '{field.Name}'" : $"'{field.Name}' must be of type {wanted}");
            }
        }

        return Judge(root);
    }

    private static (CreateRequest? Request, int Status, string Wrong) Judge(JsonElement root)
    {
        if (!root.TryGetProperty("model", out var slug) || !root.TryGetProperty("input", out var input))
        {
            return (null, StatusCodes.Status400BadRequest, "'model' and 'input' are required");
        }

        if (ModelCatalog.Find(slug.GetString()!) is not { } model)
        {
            return (null, StatusCodes.Status404NotFound, "model not found");
        }

        var webhook = root.TryGetProperty("webhook_url", out var url) ? url.GetString() : null;
        if (webhook is not null && PublicUrl.Judge(url) is { } badUrl)
        {
            return (null, StatusCodes.Status400BadRequest, $"webhook_url: {badUrl}");
        }

        return InputReferee.Judge(model, input) is { } wrong
            ? (null, StatusCodes.Status422UnprocessableEntity, wrong)
            : (new(model, input, webhook, root.TryGetProperty("webhook_secret", out var secret) ? secret.GetString() : null), 0, "");
    }

    /// <summary>The prompt, or the pieces of one, as one text; empty where there is none.</summary>
    public static string PromptOf(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        if (input.TryGetProperty("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String)
        {
            return prompt.GetString()!;
        }

        return input.TryGetProperty("multi_prompt", out var pieces) && pieces.ValueKind == JsonValueKind.Array
            ? string.Join('\n', pieces.EnumerateArray().Select(PromptOf))
            : "";
    }
}
