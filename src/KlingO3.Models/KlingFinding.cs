namespace KlingO3;

/// <summary>How much a finding matters.</summary>
public enum KlingSeverity
{
    /// <summary>The row is sent all the same.</summary>
    Warning,

    /// <summary>The row is not sent.</summary>
    Error,
}

/// <summary>One thing that a check found in a row.</summary>
public sealed record KlingFinding
{
    /// <summary>Whether the row can be sent in spite of it.</summary>
    public KlingSeverity Severity { get; init; }

    /// <summary>The field, by the service's name (<c>video_url</c>).</summary>
    public required string Field { get; init; }

    /// <summary>The rule, a short stable name (<c>Required</c>, <c>Https</c>, <c>AllowedValues</c> …).</summary>
    public required string Rule { get; init; }

    /// <summary>What is wrong, with the value (shortened) and the rule in words.</summary>
    public required string Message { get; init; }

    /// <summary>A correct example, or what was probably meant.</summary>
    public string? Suggestion { get; init; }

    /// <summary><c>field: message suggestion</c>.</summary>
    public override string ToString() => Suggestion is null ? $"{Field}: {Message}" : $"{Field}: {Message} {Suggestion}";
}
