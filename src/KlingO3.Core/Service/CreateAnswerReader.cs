using System.Text.Json;

namespace KlingO3.Service;

/// <summary>
/// What an answer to a create proves. Only a documented refusal without an id proves that nothing was created: 429; 400, 401, 402, 403, 404, 422.
/// Everything else that is not a readable acceptance is lost: what cannot be understood counts as paid. So does an id that can be none.
/// </summary>
internal static class CreateAnswerReader
{
    private const int TooManyRequests = 429;

    public static CreateAnswer Read(ServiceAnswer answer, string requestId)
    {
        var named = PredictionIds.In(answer.Body);
        var ids = named.Where(PredictionIdFormat.IsValid).ToList();
        if (answer.IsSuccess && named.Count > 0 && PredictionIdFormat.IsValid(named[0]) && !IsFailure(answer.Body))
        {
            return new CreateAnswer.Accepted(named[0]);
        }

        // A job with an id that cannot be used exists all the same: the row is never sent again by itself.
        var unusable = named.FirstOrDefault(id => !PredictionIdFormat.IsValid(id));
        if (answer.IsSuccess || unusable is not null)
        {
            return new CreateAnswer.Lost(LostReason.Unreadable, Unreadable(answer, unusable, requestId)) { Ids = ids };
        }

        var why = ServiceErrors.From(answer, "create the video");

        return answer.StatusCode switch
        {
            TooManyRequests when ids.Count == 0 => new CreateAnswer.Held(why),
            TooManyRequests => new CreateAnswer.Lost(LostReason.Refusal, why) { Ids = ids, IfUnknown = new CreateAnswer.Held(why) },
            400 or 401 or 402 or 403 or 404 or 422 when ids.Count == 0 => new CreateAnswer.Refused(why),
            400 or 401 or 402 or 403 or 404 or 422 => new CreateAnswer.Lost(LostReason.Refusal, why) { Ids = ids },
            >= 500 => new CreateAnswer.Lost(LostReason.ServerError, why) { Ids = ids },
            _ => new CreateAnswer.Lost(LostReason.NoAnswer, why) { Ids = ids },
        };
    }

    /// <summary>The request was sent, and no whole answer came.</summary>
    public static CreateAnswer.Lost NoAnswer(Exception cause, string requestId) =>
        new(LostReason.NoAnswer, ServiceErrors.AnswerLost(cause.Message, requestId, cause));

    /// <summary>Whether a 2xx says that the create failed. "success" means accepted.</summary>
    private static bool IsFailure(ReadOnlyMemory<byte> body)
    {
        try
        {
            return WireReader.Prediction(body).Status is KlingStatus.Error or KlingStatus.Cancelled;
        }
        catch (KlingException)
        {
            return true;
        }
    }

    private static KlingException Unreadable(ServiceAnswer answer, string? unusable, string requestId)
    {
        var what = unusable is null ? "names no job that could be read" : $"names a job by '{PredictionIdFormat.Shorten(unusable)}', which cannot be an id";
        var said = WireReader.ErrorMessage(answer.Body) is { } words ? $", \"{words}\"" : "";
        return ServiceErrors.AnswerLost($"the service's answer {what} (HTTP {answer.StatusCode}{said})", answer.RequestId ?? requestId, null);
    }
}

/// <summary>The ids of predictions in a body, under every name that the service uses anywhere, at the top or one level down.</summary>
internal static class PredictionIds
{
    /// <summary>The surest names first: an "id" may also be that of a request.</summary>
    private static readonly string[] Names = ["predictionid", "executionid", "execid", "id"];

    public static IReadOnlyList<string> In(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return In(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    public static IReadOnlyList<string> In(JsonElement root)
    {
        var levels = root.ValueKind switch
        {
            JsonValueKind.Object => root.EnumerateObject().SelectMany(member => Objects(member.Value)).Prepend(root),
            JsonValueKind.Array => Objects(root),
            _ => [],
        };
        return [.. levels.SelectMany(Own).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The ids among an object's own members, as they are written: <see cref="PredictionIdFormat.IsValid"/> says which can be used.</summary>
    public static IEnumerable<string> Own(JsonElement item) => item.ValueKind != JsonValueKind.Object
        ? []
        : item.EnumerateObject()
            .Select(member => (Rank: Array.IndexOf(Names, Plain(member.Name)), Id: member.Value.Text()?.Trim()))
            .Where(member => member.Rank >= 0 && member.Id is not null)
            .OrderBy(member => member.Rank)
            .Select(member => member.Id!);

    private static IEnumerable<JsonElement> Objects(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => [value],
        JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object),
        _ => [],
    };

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
