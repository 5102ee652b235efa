namespace KlingO3;

/// <summary>What the checks say of one row. Nothing was sent and nothing paid.</summary>
public sealed record KlingCheck
{
    private readonly string? _model;

    /// <summary>The row's name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the row can be sent: no finding is an error.</summary>
    public bool IsValid { get; init; }

    /// <summary>Everything found, errors first.</summary>
    public IReadOnlyList<KlingFinding> Findings { get; init; } = [];

    /// <summary>The slug of the model that it was checked for.</summary>
    public string? Model { get => _model; init => _model = VisibleText.Of(value); }

    /// <summary>The input as it would be sent.</summary>
    public KlingInput? Input { get; init; }

    /// <summary>What the video is estimated to cost in USD, going by earlier ones in the ledger; null where nothing tells it.</summary>
    public decimal? EstimatedCost { get; init; }

    /// <summary>What the media probe read; empty without <c>-Probe</c>.</summary>
    public IReadOnlyList<KlingMedia> Media { get; init; } = [];
}
