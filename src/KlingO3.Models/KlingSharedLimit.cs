namespace KlingO3;

/// <summary>A limit that several lists share: images and elements are at most 4 together.</summary>
public sealed record KlingSharedLimit
{
    /// <summary>The lists that are counted together, by the service's names.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The most items that all of them may have together.</summary>
    public required int Maximum { get; init; }

    /// <summary>The input with which the limit holds; null if it always holds.</summary>
    public string? With { get; init; }

    /// <summary><c>image_urls + elements ≤ 4</c>.</summary>
    public override string ToString() => $"{string.Join(" + ", Inputs)} ≤ {Maximum}";
}
