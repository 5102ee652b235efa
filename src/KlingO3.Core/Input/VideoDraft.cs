namespace KlingO3.Input;

/// <summary>
/// One row as it came: values by the service's names, as text or typed, not yet checked. Blank text and null mean "not given"; outer white
/// space is part of no value.
/// </summary>
public sealed record VideoDraft
{
    /// <summary>The model used when a row names none.</summary>
    public const string DefaultModel = "kling-o3-pro-video-to-video-reference";

    /// <summary>The slug of the model.</summary>
    public string Model { get; init; } = DefaultModel;

    /// <summary>
    /// The inputs by the service's names (<c>prompt</c>, <c>video_url</c>, <c>image_urls</c>, <c>elements</c>, <c>keep_audio</c> … and what
    /// <c>-Parameter</c> adds). A value is a string, a number, a Boolean, a <see cref="Uri"/>, a <see cref="KlingElement"/>, a dictionary, or a list of these.
    /// </summary>
    public required IReadOnlyDictionary<string, object?> Values { get; init; }

    /// <summary>The names of those values that came down the pipeline and not from the command line. Another person may have written them.</summary>
    public IReadOnlySet<string> Piped { get; init; } = new HashSet<string>();

    /// <summary>Which local files the piped values may name.</summary>
    public LocalFileAccess PipedFiles { get; init; }

    /// <summary>The row's name.</summary>
    public string? Name { get; init; }

    /// <summary>The batch.</summary>
    public string? Batch { get; init; }

    /// <summary>Where the service posts when the job has ended.</summary>
    public string? WebhookUrl { get; init; }
}
