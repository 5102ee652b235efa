using System.Text.Json;
using System.Text.Json.Serialization;

namespace KlingO3.Service;

// The service's answers, member by member. Every member is a JsonElement: the page and the docs disagree about types
// (a number may be a string, an output may be anything), so what a member means is decided in WireReader, not here.

/// <summary>The body of <c>GET /prediction/{id}</c>, and of every create and cancel.</summary>
internal sealed record WirePrediction
{
    public JsonElement Id { get; init; }

    [JsonPropertyName("predictionID")]
    public JsonElement PredictionId { get; init; }

    public JsonElement Status { get; init; }

    public JsonElement Model { get; init; }

    public JsonElement Input { get; init; }

    public JsonElement Output { get; init; }

    public JsonElement Logs { get; init; }

    public JsonElement Metrics { get; init; }

    public JsonElement Message { get; init; }

    public JsonElement Details { get; init; }

    public JsonElement Error { get; init; }
}

/// <summary>The metrics of a prediction.</summary>
internal sealed record WireMetrics
{
    [JsonPropertyName("predict_time")]
    public JsonElement PredictTime { get; init; }

    public JsonElement Cost { get; init; }
}

/// <summary>The reason of a failed job, where it is an object.</summary>
internal sealed record WireFailure
{
    [JsonPropertyName("error_code")]
    public JsonElement ErrorCode { get; init; }

    [JsonPropertyName("error_message")]
    public JsonElement ErrorMessage { get; init; }

    public JsonElement Code { get; init; }

    public JsonElement Message { get; init; }

    public JsonElement Error { get; init; }

    public JsonElement Retryable { get; init; }

    public JsonElement Classification { get; init; }
}

/// <summary>Any of the three error bodies: <c>{status:"error", message, details}</c>, <c>{error}</c>, <c>{status:400, error, details}</c>.</summary>
internal sealed record WireError
{
    public JsonElement Status { get; init; }

    public JsonElement Error { get; init; }

    public JsonElement Message { get; init; }

    public JsonElement Details { get; init; }
}

/// <summary>A page of <c>GET /executions</c>.</summary>
internal sealed record WireExecutions
{
    public JsonElement Executions { get; init; }

    [JsonPropertyName("total_count")]
    public JsonElement TotalCount { get; init; }

    [JsonPropertyName("total_capped")]
    public JsonElement TotalCapped { get; init; }
}

/// <summary>One row of <c>GET /executions</c>. Its id is read by <see cref="PredictionIds"/>.</summary>
internal sealed record WireExecution
{
    public JsonElement Model { get; init; }

    [JsonPropertyName("requested_model")]
    public JsonElement RequestedModel { get; init; }

    [JsonPropertyName("created_at")]
    public JsonElement CreatedAt { get; init; }

    [JsonPropertyName("createdAt")]
    public JsonElement CreatedAtCamel { get; init; }

    public JsonElement Created { get; init; }
}

/// <summary>The body of <c>GET /models/{slug}</c>.</summary>
internal sealed record WireModel
{
    public JsonElement Title { get; init; }

    public JsonElement Cost { get; init; }

    [JsonPropertyName("request_schema")]
    public JsonElement RequestSchema { get; init; }
}

/// <summary>The body of <c>POST /upload/presign</c>'s answer.</summary>
internal sealed record WireUpload
{
    [JsonPropertyName("presigned_url")]
    public JsonElement PresignedUrl { get; init; }

    [JsonPropertyName("public_url")]
    public JsonElement PublicUrl { get; init; }

    [JsonPropertyName("expires_at")]
    public JsonElement ExpiresAt { get; init; }

    [JsonPropertyName("required_headers")]
    public JsonElement RequiredHeaders { get; init; }
}

/// <summary>The body of <c>GET /billing/balance</c>.</summary>
internal sealed record WireBalance
{
    [JsonPropertyName("balance_usd")]
    public JsonElement BalanceUsd { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WirePrediction))]
[JsonSerializable(typeof(WireMetrics))]
[JsonSerializable(typeof(WireFailure))]
[JsonSerializable(typeof(WireError))]
[JsonSerializable(typeof(WireExecutions))]
[JsonSerializable(typeof(WireExecution))]
[JsonSerializable(typeof(WireModel))]
[JsonSerializable(typeof(WireUpload))]
[JsonSerializable(typeof(WireBalance))]
internal sealed partial class WireJson : JsonSerializerContext;
