namespace KlingO3.Service;

/// <summary>What one answer of the service says of a prediction.</summary>
internal sealed record PredictionState
{
    public string? Id { get; init; }

    public KlingStatus Status { get; init; }

    /// <summary>The service's own word for the status.</summary>
    public string? StatusWord { get; init; }

    public string? Model { get; init; }

    public KlingInput? Input { get; init; }

    public KlingOutputs Outputs { get; init; } = KlingOutputs.None;

    public KlingFailure? Error { get; init; }

    public string? Logs { get; init; }

    /// <summary>In seconds.</summary>
    public double? PredictTime { get; init; }

    /// <summary>In USD.</summary>
    public decimal? Cost { get; init; }

    public bool IsFinal => Status is KlingStatus.Success or KlingStatus.Error or KlingStatus.Cancelled;

    /// <summary>The same with its texts for people redacted. The input stays: lost creates are found by it.</summary>
    public PredictionState Redacted(Func<string, string> redact) => this with
    {
        StatusWord = StatusWord is { } word ? redact(word) : null,
        Error = Error is not { } error ? null : error with
        {
            Code = error.Code is { } code ? redact(code) : null,
            Message = redact(error.Message),
            Classification = error.Classification is { } classification ? redact(classification) : null,
        },
        Logs = Logs is { } logs ? redact(logs) : null,
    };

    /// <summary>Adds what this answer says to what was known. What the answer leaves out stays as it was.</summary>
    public KlingPrediction Update(KlingPrediction known, DateTimeOffset now) => known with
    {
        Id = known.Id ?? Id,
        Status = Status,
        Model = known.Model ?? Model,
        Input = known.Input ?? Input,
        Outputs = Outputs.Count > 0 ? Outputs : known.Outputs,
        Error = Status == KlingStatus.Error ? Error ?? known.Error : null,
        Logs = Logs ?? known.Logs,
        PredictTime = PredictTime ?? known.PredictTime,
        Cost = Cost ?? known.Cost,
        CompletedAt = IsFinal ? known.CompletedAt ?? now : null,
    };
}
