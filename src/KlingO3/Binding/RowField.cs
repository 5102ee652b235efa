namespace KlingO3.Binding;

/// <summary>A value that a row can have: the parameter's name and the service's.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Service">The service's name.</param>
internal sealed record RowField(string Parameter, string Service)
{
    /// <summary>The inputs of the model that have a parameter of their own.</summary>
    public static IReadOnlyList<RowField> Inputs { get; } =
    [
        new("Prompt", "prompt"),
        new("Video", "video_url"),
        new("Image", "image_urls"),
        new("Element", "elements"),
        new("KeepAudio", "keep_audio"),
        new("AspectRatio", "aspect_ratio"),
        new("Duration", "duration"),
        new("ShotType", "shot_type"),
    ];

    public static RowField Parameters { get; } = new("Parameter", "parameter");

    public static RowField Model { get; } = new("Model", "model");

    public static RowField Name { get; } = new("Name", "name");

    public static RowField Batch { get; } = new("Batch", "batch");

    public static RowField WebhookUrl { get; } = new("WebhookUrl", "webhook_url");

    public static RowField WebhookSecret { get; } = new("WebhookSecret", "webhook_secret");

    /// <summary>What a row has besides the model's inputs.</summary>
    public static IReadOnlyList<RowField> Others { get; } = [Parameters, Model, Name, Batch, WebhookUrl, WebhookSecret];

    /// <summary>Under which names a row has the value.</summary>
    public IReadOnlyList<string> Names { get; } =
        Parameter.Equals(Service, StringComparison.OrdinalIgnoreCase) ? [Parameter] : [Parameter, Service];
}
