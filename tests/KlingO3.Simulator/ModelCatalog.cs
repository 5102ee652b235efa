namespace KlingO3.Simulator;

/// <summary>The Kling O3 models and their inputs, as the service's pages have them.</summary>
internal static class ModelCatalog
{
    private static readonly InputField Prompt = new("prompt", FieldKind.Text, Required: true);
    private static readonly InputField Piece = new("prompt", FieldKind.Text);
    private static readonly InputField ShotType = new("shot_type", FieldKind.Choice, Default: "customize", Choices: ["customize"]);
    private static readonly InputField AspectRatio = new("aspect_ratio", FieldKind.Choice, Default: "16:9", Choices: ["16:9", "9:16", "1:1"]);

    public static IReadOnlyList<Model> All { get; } =
    [
        .. Both("video-to-video-reference", "Video to Video Reference", _ => Reference()),
        .. Both("video-to-video-edit", "Video to Video Edit", _ => [.. Reference().Where(f => f.Name is not ("duration" or "aspect_ratio"))]),
        .. Both("text-to-video", "Text to Video", TextToVideo),
        .. Both("image-to-video", "Image to Video", ImageToVideo),
        .. Both("reference-to-video", "Reference to Video", _ => ReferenceToVideo()),
    ];

    public static Model? Find(string slug) => All.FirstOrDefault(model => model.Slug == slug);

    private static Model[] Both(string kind, string title, Func<bool, InputField[]> fields)
    {
        int? pictures = kind.StartsWith("video", StringComparison.Ordinal) ? 4 : null;
        return
        [
            new($"kling-o3-pro-{kind}", $"Kling O3 Pro {title}", pictures, fields(true)),
            new($"kling-o3-standard-{kind}", $"Kling O3 Standard {title}", pictures, fields(false)),
        ];
    }

    private static InputField[] Reference() =>
    [
        Prompt,
        new("video_url", FieldKind.Url, Required: true),
        new("image_urls", FieldKind.Urls, Most: 4),
        new("elements", FieldKind.Elements, Most: 4),
        new("keep_audio", FieldKind.Boolean, Default: "true"),
        AspectRatio,
        new("duration", FieldKind.Duration, Default: "5"),
        ShotType,
    ];

    private static InputField[] TextToVideo(bool pro) =>
    [
        Piece,
        new("multi_prompt", FieldKind.Prompts, Most: 5),
        new("duration", FieldKind.Duration, Default: pro ? "5" : "8"),
        AspectRatio,
        new("generate_audio", FieldKind.Boolean, Default: pro ? "false" : "true"),
        new("voice_ids", FieldKind.Texts, Most: 2),
        ShotType,
    ];

    private static InputField[] ImageToVideo(bool pro) =>
    [
        Piece,
        new("multi_prompt", FieldKind.Prompts, Most: 5),
        new("image_url", FieldKind.Url, Required: true),
        new("end_image_url", FieldKind.Url),
        new("duration", FieldKind.Duration, Default: "5"),
        new("generate_audio", FieldKind.Boolean, Default: pro ? "false" : "true"),
        ShotType,
    ];

    private static InputField[] ReferenceToVideo() =>
    [
        Piece,
        new("multi_prompt", FieldKind.Prompts, Most: 4),
        new("start_image_url", FieldKind.Url),
        new("end_image_url", FieldKind.Url),
        new("image_urls", FieldKind.Urls, Most: 4),
        new("elements", FieldKind.Elements, Most: 3),
        new("generate_audio", FieldKind.Boolean, Default: "false"),
        new("duration", FieldKind.Duration, Default: "5"),
        AspectRatio,
        ShotType,
    ];
}
