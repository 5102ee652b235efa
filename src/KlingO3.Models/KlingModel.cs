namespace KlingO3;

/// <summary>A model of the service and the inputs that it takes, from the catalog.</summary>
public sealed record KlingModel
{
    private readonly string _title = "";

    /// <summary>The name by which the service knows it.</summary>
    public required string Slug { get; init; }

    /// <summary>The name by which people know it.</summary>
    public required string Title { get => _title; init => _title = VisibleText.Of(value); }

    /// <summary><c>video-to-video-reference</c>, <c>video-to-video-edit</c>, <c>text-to-video</c>, <c>image-to-video</c> or <c>reference-to-video</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>pro</c> or <c>standard</c>.</summary>
    public string? Tier { get; init; }

    /// <summary>What it makes of what.</summary>
    public string? Description { get; init; }

    /// <summary>The inputs, in the order in which they are sent.</summary>
    public IReadOnlyList<KlingModelInput> Inputs { get; init; } = [];

    /// <summary>Groups of which one must be given: <c>prompt</c> or <c>multi_prompt</c>.</summary>
    public IReadOnlyList<IReadOnlyList<string>> OneOf { get; init; } = [];

    /// <summary>Limits that several inputs share.</summary>
    public IReadOnlyList<KlingSharedLimit> SharedLimits { get; init; } = [];

    /// <summary>What a video costs in USD, where the service said so when it was asked (<c>Get-KlingModel -Refresh</c>).</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>Where the facts come from.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Where the service's live description differs from the catalog, one sentence each. Null if the service was not asked.</summary>
    public IReadOnlyList<string>? Differences { get; init; }

    /// <summary>The slug.</summary>
    public override string ToString() => Slug;
}
