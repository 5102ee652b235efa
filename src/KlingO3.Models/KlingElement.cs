namespace KlingO3;

/// <summary>
/// A character or object that the prompt calls <c>@Element1</c>, <c>@Element2</c> …: a frontal image with 1–3 reference images,
/// or, where the model takes it, a video.
/// </summary>
public sealed record KlingElement
{
    /// <summary>The https URL of the image that shows it from the front. At most 10 MB, at least 300 px, aspect ratio 0.4–2.5.</summary>
    public string? FrontalImage { get; init; }

    /// <summary>The https URLs of 1–3 images from other sides.</summary>
    public IReadOnlyList<string> ReferenceImages { get; init; } = [];

    /// <summary>The https URL of a video of it, instead of images, where the model takes one.</summary>
    public string? Video { get; init; }

    /// <summary>The element as the service wants it.</summary>
    public KlingInput ToInput()
    {
        var input = new KlingInput();
        if (FrontalImage is not null)
        {
            input["frontal_image_url"] = FrontalImage;
        }

        if (ReferenceImages.Count > 0)
        {
            input["reference_image_urls"] = ReferenceImages.ToArray();
        }

        if (Video is not null)
        {
            input["video_url"] = Video;
        }

        return input;
    }

    /// <summary>The element as a CSV cell writes it: <c>frontal|ref|ref</c>, or the video's URL as JSON.</summary>
    public override string ToString() =>
        Video is null ? string.Join('|', ReferenceImages.Prepend(FrontalImage ?? "")) : ToInput().ToString();
}
