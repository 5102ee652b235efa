namespace KlingO3.Input.Catalog;

/// <summary>What <c>models.json</c> holds.</summary>
/// <param name="About">Words for its maintainer.</param>
/// <param name="Kinds">The kinds of model.</param>
internal sealed record CatalogFile(IReadOnlyList<string> About, IReadOnlyList<CatalogKind> Kinds);

/// <summary>
/// Models that take the same inputs. Lists that the file leaves out are null here: generated readers know no default of an init member.
/// </summary>
internal sealed record CatalogKind
{
    public required string Kind { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Sources { get; init; }

    public required IReadOnlyList<CatalogModel> Models { get; init; }

    public IReadOnlyList<IReadOnlyList<string>>? OneOf { get; init; }

    public IReadOnlyList<KlingSharedLimit>? SharedLimits { get; init; }

    public required IReadOnlyList<KlingModelInput> Inputs { get; init; }

    /// <summary>The models of this kind, each with its own defaults.</summary>
    public IEnumerable<KlingModel> Expand() => Models.Select(model => new KlingModel
    {
        Slug = model.Slug,
        Title = $"Kling O3 {char.ToUpperInvariant(model.Tier[0])}{model.Tier[1..]}, {Title}",
        Kind = Kind,
        Tier = model.Tier,
        Description = Description,
        Inputs = [.. Inputs.Select(input => Whole(input) with { Default = model.Defaults?.GetValueOrDefault(input.Name) ?? input.Default })],
        OneOf = OneOf ?? [],
        SharedLimits = SharedLimits ?? [],
        Sources = Sources ?? [],
    });

    /// <summary>The input with empty lists where the file has none.</summary>
    private static KlingModelInput Whole(KlingModelInput input) => input with
    {
        Name = input.Name ?? "",
        Aliases = input.Aliases ?? [],
        AllowedValues = input.AllowedValues ?? [],
        KnownValues = input.KnownValues ?? [],
        Items = input.Items is null ? null : Whole(input.Items),
        Inputs = input.Inputs is null ? [] : [.. input.Inputs.Select(Whole)],
        OneOf = input.OneOf ?? [],
    };
}

/// <summary>A model of a kind.</summary>
internal sealed record CatalogModel
{
    public required string Slug { get; init; }

    public required string Tier { get; init; }

    /// <summary>The defaults that its sisters do not share, by input.</summary>
    public IReadOnlyDictionary<string, string>? Defaults { get; init; }
}
