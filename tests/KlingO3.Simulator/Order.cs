namespace KlingO3.Simulator;

/// <summary>A create, together with who sent it.</summary>
internal sealed record Order(CreateRequest Request, string Key, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The organisation that the job is planted for; null for that of the key.</summary>
    public string? Organisation { get; init; }

    /// <summary>A code with which the job is bound to fail, known before it starts.</summary>
    public string? FailsWith { get; init; }
}
