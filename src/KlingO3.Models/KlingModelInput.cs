namespace KlingO3;

/// <summary>One input of a model, or one member of an element, with its limits.</summary>
public sealed record KlingModelInput
{
    /// <summary>The service's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The parameter of New-KlingVideo that sets it; null if <c>-Parameter @{ name = value }</c> does.</summary>
    public string? Parameter { get; init; }

    /// <summary>Other names under which it is understood.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The JSON type in which it is sent.</summary>
    public KlingInputType Type { get; init; }

    /// <summary>What it holds, of strings.</summary>
    public KlingInputFormat Format { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Whether a row without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>What the service takes when it is not given. KlingO3 does not send it.</summary>
    public string? Default { get; init; }

    /// <summary>The only values that it takes; empty if it takes others.</summary>
    public IReadOnlyList<string> AllowedValues { get; init; } = [];

    /// <summary>The values that are documented where others may work: another one is a warning.</summary>
    public IReadOnlyList<string> KnownValues { get; init; } = [];

    /// <summary>The least value, of numbers and seconds.</summary>
    public int? Minimum { get; init; }

    /// <summary>The greatest value, of numbers and seconds.</summary>
    public int? Maximum { get; init; }

    /// <summary>The value above which a warning is due: the provider behind the service may cap it.</summary>
    public int? SoftMaximum { get; init; }

    /// <summary>The length in characters above which a warning is due.</summary>
    public int? SoftMaxLength { get; init; }

    /// <summary>The least number of items, of arrays.</summary>
    public int? MinCount { get; init; }

    /// <summary>The greatest number of items, of arrays.</summary>
    public int? MaxCount { get; init; }

    /// <summary>What the items are, of arrays.</summary>
    public KlingModelInput? Items { get; init; }

    /// <summary>The members, of objects.</summary>
    public IReadOnlyList<KlingModelInput> Inputs { get; init; } = [];

    /// <summary>Groups of members of which exactly one must be given, of objects.</summary>
    public IReadOnlyList<IReadOnlyList<string>> OneOf { get; init; } = [];

    /// <summary>Whether an object may be written as <c>first|second|second</c>: its first two members, the second one a list.</summary>
    public bool Piped { get; init; }

    /// <summary>The word by which a prompt refers to it: <c>Image</c> for <c>@Image1</c>.</summary>
    public string? Reference { get; init; }

    /// <summary>A correct value.</summary>
    public string? Example { get; init; }

    /// <summary>The service's name.</summary>
    public override string ToString() => Name;
}
