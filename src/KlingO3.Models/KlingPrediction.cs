namespace KlingO3;

/// <summary>
/// One paid job, as far as KlingO3 knows it. Its members have the names of the parameters downstream, so it pipes by property name,
/// also after a trip through CSV or JSON.
/// </summary>
public sealed record KlingPrediction
{
    private readonly string? _model;
    private readonly string? _logs;

    /// <summary>The service's id of the job; null only while it is being created or could not be settled.</summary>
    public string? Id { get; init; }

    /// <summary>The name that the row was given; it becomes part of the file name.</summary>
    public string? Name { get; init; }

    /// <summary>The batch that the row belongs to.</summary>
    public string? Batch { get; init; }

    /// <summary>Where the job stands.</summary>
    public KlingStatus Status { get; init; } = KlingStatus.Unknown;

    /// <summary>The slug of the model.</summary>
    public string? Model { get => _model; init => _model = VisibleText.Of(value); }

    /// <summary>What was sent, by the service's names.</summary>
    public KlingInput? Input { get; init; }

    /// <summary>The URL of the first video; null until the job has succeeded. It does not live for ever (24 hours is promised): save it soon.</summary>
    public string? OutputUrl => Outputs.Count > 0 ? Outputs[0] : null;

    /// <summary>The URLs of all videos.</summary>
    public KlingOutputs Outputs { get; init; } = KlingOutputs.None;

    /// <summary>Why the job failed.</summary>
    public KlingFailure? Error { get; init; }

    /// <summary>The service's log of the job, where it gives one. It has its line breaks; other control characters are visible (<c>\u001B</c>).</summary>
    public string? Logs { get => _logs; init => _logs = VisibleText.Lines(value); }

    /// <summary>How many seconds the job ran, by the service's count.</summary>
    public double? PredictTime { get; init; }

    /// <summary>What the job cost in USD, where the service says so.</summary>
    public decimal? Cost { get; init; }

    /// <summary>When the create was accepted, in UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When KlingO3 saw that the job had ended, in UTC.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The full path of the saved video, if it was saved.</summary>
    public string? File { get; init; }

    /// <summary>Whether the job has ended, well or badly.</summary>
    public bool IsFinal() => Status is KlingStatus.Success or KlingStatus.Error or KlingStatus.Cancelled;

    /// <summary>The id, else the name.</summary>
    public override string ToString() => VisibleText.Of(Id ?? Name ?? "(not created)");
}
