namespace KlingO3.Input.Media;

/// <summary>A video or an image of a row.</summary>
/// <param name="Path">Where it is: <c>elements[0].frontal_image_url</c>.</param>
/// <param name="Source">Its URL, or the path of a local file.</param>
/// <param name="IsVideo">Whether a video is wanted, else an image.</param>
/// <param name="Severity">What a broken rule is: a warning where the model's limits are not documented.</param>
internal sealed record MediaField(string Path, string Source, bool IsVideo, KlingSeverity Severity)
{
    /// <summary>What an image is where a video is wanted, and the other way round: a warning where the model's inputs are guessed.</summary>
    public KlingSeverity KindSeverity { get; init; } = Severity;

    /// <summary>What a file is that is no known image or video: a local one is never uploaded.</summary>
    public KlingSeverity UnknownSeverity => LocalMedia.IsLocal(Source) ? KlingSeverity.Error : Severity;
}
