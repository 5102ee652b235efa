namespace KlingO3.Simulator;

/// <summary>How the GET of a prediction differs from the documented one. The defaults are the documented answer.</summary>
internal sealed record GetOptions
{
    /// <summary>The age at which a job is known to GET, in virtual seconds. Before that it is a 404.</summary>
    public double Delay { get; init; }

    /// <summary>The member that holds the id, with dots for nested objects; <c>none</c>; <c>usual</c>: <c>id</c> or <c>predictionID</c> by the style.</summary>
    public string Id { get; init; } = "usual";

    public string Model { get; init; } = "none";

    /// <summary>What is done to the input that is told.</summary>
    public IReadOnlySet<string> Echo { get; init; } = new HashSet<string>();

    /// <summary>UTF-16 code units of a prompt that are told; 0: all.</summary>
    public int PromptLength { get; init; }

    /// <summary>The options by their names on the command line.</summary>
    public static IReadOnlyDictionary<string, Func<GetOptions, string, GetOptions>> Setters { get; } = new Dictionary<string, Func<GetOptions, string, GetOptions>>
    {
        ["get-delay"] = (o, v) => o with { Delay = OptionText.Number(v) },
        ["get-id"] = (o, v) => o with { Id = v },
        ["get-model"] = (o, v) => o with { Model = OptionText.OneOf(v, "slug", "title", "version", "other", "alias", "object", "null", "none") },
        ["echo-input"] = (o, v) => o with { Echo = OptionText.Some(v, InputEcho.Changes) },
        ["echo-prompt-length"] = (o, v) => o with { PromptLength = (int)OptionText.Number(v) },
    };
}
