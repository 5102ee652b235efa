using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KlingO3.Input;

namespace KlingO3.Service;

/// <summary>Turns the service's bodies, in every shape that is documented, into what they mean.</summary>
internal static class WireReader
{
    private static readonly SearchValues<char> CodeLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    /// <summary>Reads a body of a known shape. Whatever the bytes are, the only exception is KlingBadResponse.</summary>
    public static T Read<T, TWire>(ReadOnlyMemory<byte> body, JsonTypeInfo<TWire> shape, Func<TWire, T> read)
        where TWire : class
    {
        try
        {
            if (JsonSerializer.Deserialize(body.Span, shape) is { } wire)
            {
                return read(wire);
            }
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            throw ServiceErrors.BadResponse("an answer that is not readable JSON of this API", error);
        }

        throw ServiceErrors.BadResponse("an answer without content");
    }

    /// <summary>Reads the body of a create, a get or a cancel.</summary>
    public static PredictionState Prediction(ReadOnlyMemory<byte> body) => Read(body, WireJson.Default.WirePrediction, Prediction);

    /// <summary>Reads a page of executions. A row without an id that can be read stays, without one: it may be any job.</summary>
    public static ExecutionPage Executions(ReadOnlyMemory<byte> body) => Read(body, WireJson.Default.WireExecutions, wire =>
    {
        if (wire.Executions.ValueKind != JsonValueKind.Array)
        {
            throw ServiceErrors.BadResponse("a list of executions without 'executions'");
        }

        var total = wire.TotalCapped.Flag() == true ? null : wire.TotalCount.Number();
        return new ExecutionPage([.. wire.Executions.EnumerateArray().Select(Execution)], total is >= 0 and < int.MaxValue ? (int)total : null);
    });

    private static Execution Execution(JsonElement row)
    {
        var wire = row.As(WireJson.Default.WireExecution);
        JsonElement[] times = wire is null ? [] : [wire.CreatedAt, wire.CreatedAtCamel, wire.Created];
        var created = times.FirstOrDefault(time => time.Time() is not null);
        return new Execution(
            PredictionIds.Own(row).FirstOrDefault() is { } id && PredictionIdFormat.IsValid(id) ? id : null,
            [.. new[] { wire?.Model.Text(), wire?.RequestedModel.Text() }.OfType<string>()],
            created.Time())
        {
            HasZone = created.NamesZone(),
        };
    }

    /// <summary>Reads the service's description of a model.</summary>
    public static KlingModel Model(string slug, ReadOnlyMemory<byte> body) => Read(
        body, WireJson.Default.WireModel, wire => ModelSchema.Read(slug, wire.Title.Text(), wire.RequestSchema) with { CostUsd = wire.Cost.Money() });

    /// <summary>Reads the balance. An answer that does not say it is no balance of 0.</summary>
    public static decimal Balance(ReadOnlyMemory<byte> body) => Read(
        body, WireJson.Default.WireBalance, wire => wire.BalanceUsd.Money() ?? throw ServiceErrors.BadResponse("a balance without 'balance_usd'"));

    /// <summary>Reads where a file can be uploaded.</summary>
    public static UploadSlot Upload(ReadOnlyMemory<byte> body) => Read(body, WireJson.Default.WireUpload, wire =>
    {
        if (!Uri.TryCreate(wire.PresignedUrl.Text(), UriKind.Absolute, out var url) || !Uri.TryCreate(wire.PublicUrl.Text(), UriKind.Absolute, out var publicUrl))
        {
            throw ServiceErrors.BadResponse("an upload address that is none");
        }

        var headers = wire.RequiredHeaders.ValueKind == JsonValueKind.Object
            ? wire.RequiredHeaders.EnumerateObject().Where(header => header.Value.Text() is not null).ToDictionary(header => header.Name, header => header.Value.Text()!)
            : [];
        return headers.Any(header => (header.Key + header.Value).Any(char.IsControl))
            ? throw ServiceErrors.BadResponse("a header for the upload that cannot be sent")
            : new UploadSlot(url, publicUrl, headers) { ExpiresAt = wire.ExpiresAt.Time() };
    });

    /// <summary>The service's own words in an error body; null if the body is not one of the service's.</summary>
    public static string? ErrorMessage(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, WireJson.Default.WireError) is { } wire ? ErrorMessage(wire) : null;
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            return null;
        }
    }

    private static string? ErrorMessage(WireError wire)
    {
        var message = wire.Message.TextOrJson() ?? wire.Error.TextOrJson();
        var details = wire.Details.TextOrJson();
        return (message, details) switch
        {
            (null, null) => null,
            (null, _) => details,
            (_, null) => message,
            _ when details.Contains(message, StringComparison.Ordinal) => details,
            _ => $"{message} ({details})",
        };
    }

    private static PredictionState Prediction(WirePrediction wire)
    {
        var word = wire.Status.Text();
        var status = StatusOf(word);
        var metrics = wire.Metrics.As(WireJson.Default.WireMetrics);
        return new PredictionState
        {
            Id = wire.Id.Text() ?? wire.PredictionId.Text(),
            Status = status,
            StatusWord = word,
            Model = wire.Model.Text(),
            Input = wire.Input.ValueKind == JsonValueKind.Object ? KlingInput.FromJson(wire.Input) : null,
            Outputs = status == KlingStatus.Success ? Outputs(wire.Output) : KlingOutputs.None,
            Error = status == KlingStatus.Error ? Failure(wire) : null,
            Logs = wire.Logs.TextOrJson(),
            PredictTime = metrics?.PredictTime.Number(),
            Cost = metrics?.Cost.Money(),
        };
    }

    /// <summary>The states of the page, of the docs and of the OpenAPI file; any other word is not final.</summary>
    private static KlingStatus StatusOf(string? word) => word?.Trim().ToUpperInvariant() switch
    {
        "CREATED" or "QUEUED" => KlingStatus.Created,
        "STARTING" => KlingStatus.Starting,
        "PROCESSING" => KlingStatus.Processing,
        "SUCCESS" or "SUCCEEDED" => KlingStatus.Success,
        "ERROR" or "FAILED" => KlingStatus.Error,
        "CANCELLED" or "CANCELED" => KlingStatus.Cancelled,
        _ => KlingStatus.Unknown,
    };

    /// <summary>A URL, an array of URLs, or objects with <c>url</c>.</summary>
    private static KlingOutputs Outputs(JsonElement output)
    {
        var items = output.ValueKind == JsonValueKind.Array ? output.EnumerateArray().ToArray() : [output];
        var urls = items
            .Select(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("url", out var url) ? url.Text() : item.Text())
            .Where(url => url is not null);
        return new KlingOutputs(urls!);
    }

    /// <summary>The reason is in <c>output</c> (docs), in <c>message</c>/<c>details</c> or <c>error</c> (page), or in the logs.</summary>
    private static KlingFailure Failure(WirePrediction wire) =>
        Failure(wire.Output)
        ?? Failure(wire.Error)
        ?? (ErrorMessage(new WireError { Message = wire.Message, Details = wire.Details }) is { } message ? Coded(message) : null)
        ?? (wire.Logs.TextOrJson() is { } logs ? Coded(logs) : null)
        ?? new KlingFailure { Message = "The service gave no reason." };

    private static KlingFailure? Failure(JsonElement reason)
    {
        if (reason.ValueKind == JsonValueKind.Array && reason.GetArrayLength() > 0)
        {
            return Failure(reason[0]);
        }

        if (reason.As(WireJson.Default.WireFailure) is not { } failure)
        {
            return reason.Text() is { } text ? Coded(text) : null;
        }

        return new KlingFailure
        {
            Code = failure.ErrorCode.Text() ?? failure.Code.Text(),
            Message = failure.ErrorMessage.Text() ?? failure.Message.Text() ?? failure.Error.TextOrJson() ?? reason.GetRawText(),
            Retryable = failure.Retryable.Flag(),
            Classification = failure.Classification.Text(),
        };
    }

    /// <summary>Text may begin with one of the service's codes: <c>PROVIDER_REJECTED: …</c>.</summary>
    private static KlingFailure Coded(string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && text.AsSpan(0, colon).IndexOfAnyExcept(CodeLetters) < 0
            ? new KlingFailure { Code = text[..colon], Message = text[(colon + 2)..] }
            : new KlingFailure { Message = text };
    }

    // GetString throws InvalidOperationException where a string holds half a surrogate pair.
    private static bool IsUnreadable(Exception error) => error is JsonException or InvalidOperationException or FormatException or NotSupportedException;
}

/// <summary>A row of the list of executions.</summary>
/// <param name="Id">The prediction's id; null where none can be read.</param>
/// <param name="Models">What the service calls its model.</param>
/// <param name="CreatedAt">When it was created, by the service's clock; null where that cannot be read.</param>
internal sealed record Execution(string? Id, IReadOnlyList<string> Models, DateTimeOffset? CreatedAt)
{
    /// <summary>Whether the time says in which zone it is.</summary>
    public bool HasZone { get; init; } = true;
}

/// <summary>A page of executions.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Total">How many rows all pages have together; null where the service does not say, or only counts so far.</param>
internal sealed record ExecutionPage(IReadOnlyList<Execution> Rows, int? Total);
