using System.Globalization;
using System.Text.Json;

namespace KlingO3.Simulator;

/// <summary>Holds a create's input against its model. It lets nothing through that the documents do not promise to take.</summary>
internal static class InputReferee
{
    /// <summary>The first thing that is wrong with the input, or null.</summary>
    public static string? Judge(Model model, JsonElement input)
    {
        foreach (var given in input.EnumerateObject())
        {
            var field = model.Fields.FirstOrDefault(field => field.Name == given.Name);
            if (field is null)
            {
                return $"{given.Name}: extra fields not permitted";
            }

            if (JudgeField(field, given.Value) is { } wrong)
            {
                return $"{given.Name}: {wrong}";
            }
        }

        foreach (var field in model.Fields.Where(field => field.Required && !input.TryGetProperty(field.Name, out _)))
        {
            return $"{field.Name}: field required";
        }

        if (model.TakesPieces && Count(input, "multi_prompt") == 0 && !input.TryGetProperty("prompt", out _))
        {
            return "prompt: field required, or multi_prompt";
        }

        return Count(input, "image_urls") + Count(input, "elements") > model.MostPictures
            ? $"image_urls: images and elements may be {model.MostPictures} together"
            : null;
    }

    private static int Count(JsonElement input, string name) =>
        input.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array ? array.GetArrayLength() : 0;

    private static string? JudgeField(InputField field, JsonElement value) => field.Kind switch
    {
        FieldKind.Text => JudgeText(value),
        FieldKind.Url => PublicUrl.Judge(value),
        FieldKind.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "value is not a boolean",
        FieldKind.Duration => JudgeDuration(value, 3),
        FieldKind.Choice => value.ValueKind == JsonValueKind.String && field.Choices!.Contains(value.GetString())
            ? null
            : $"value must be one of {string.Join(", ", field.Choices!)}",
        FieldKind.Urls => JudgeEach(value, 0, field.Most, PublicUrl.Judge),
        FieldKind.Texts => JudgeEach(value, 0, field.Most, JudgeText),
        FieldKind.Elements => JudgeEach(value, 0, field.Most, JudgeElement),
        FieldKind.Prompts => JudgeEach(value, 0, field.Most, JudgePiece),
        _ => throw new InvalidOperationException($"Nobody judges {field.Kind}."),
    };

    private static string? JudgeEach(JsonElement value, int least, int most, Func<JsonElement, string?> judge)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return "value is not an array";
        }

        if (value.GetArrayLength() < least || value.GetArrayLength() > most)
        {
            return $"between {least} and {most} items are wanted";
        }

        var place = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (judge(item) is { } wrong)
            {
                return $"[{place}]: {wrong}";
            }

            place++;
        }

        return null;
    }

    private static string? JudgeText(JsonElement value) =>
        value.ValueKind != JsonValueKind.String ? "value is not a string"
        : string.IsNullOrWhiteSpace(value.GetString()) ? "value is empty"
        : null;

    private static string? JudgeDuration(JsonElement value, int least) =>
        value.ValueKind == JsonValueKind.String
        && int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds >= least && seconds <= 15
        && value.GetString()![0] != '0'
            ? null
            : $"value must be a string, \"{least}\" to \"15\"";

    private static string? JudgePiece(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return "value is not an object";
        }

        foreach (var given in value.EnumerateObject())
        {
            // One piece may be shorter than a whole video.
            var wrong = given.Name switch
            {
                "prompt" => JudgeText(given.Value),
                "duration" => JudgeDuration(given.Value, 1),
                _ => "extra fields not permitted",
            };
            if (wrong is not null)
            {
                return $"{given.Name}: {wrong}";
            }
        }

        return value.TryGetProperty("prompt", out _) && value.TryGetProperty("duration", out _) ? null : "prompt and duration: fields required";
    }

    private static string? JudgeElement(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return "value is not an object";
        }

        foreach (var given in value.EnumerateObject())
        {
            var wrong = given.Name switch
            {
                "frontal_image_url" or "video_url" => PublicUrl.Judge(given.Value),
                "reference_image_urls" => JudgeEach(given.Value, 1, 3, PublicUrl.Judge),
                _ => "extra fields not permitted",
            };
            if (wrong is not null)
            {
                return $"{given.Name}: {wrong}";
            }
        }

        var images = value.TryGetProperty("frontal_image_url", out _);
        var references = value.TryGetProperty("reference_image_urls", out _);
        var video = value.TryGetProperty("video_url", out _);
        return images == references && images != video
            ? null
            : "either frontal_image_url and reference_image_urls, or video_url are wanted";
    }
}
