using System.Management.Automation;

namespace KlingO3.Commands;

/// <summary>Makes an element, a character or object that the prompt calls <c>@Element1</c>, <c>@Element2</c> …, for <c>New-KlingVideo -Element</c>. Nothing is sent.</summary>
[Cmdlet(VerbsCommon.New, "KlingElement", DefaultParameterSetName = "Images")]
[OutputType(typeof(KlingElement))]
public sealed class NewKlingElementCommand : KlingCommand
{
    /// <summary>The https URL or local file of the image that shows it from the front: at most 10 MB, at least 300 pixels, aspect ratio 0.4–2.5.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Images", ValueFromPipelineByPropertyName = true)]
    [Alias("frontal_image_url")]
    public string FrontalImage { get; set; } = "";

    /// <summary>The https URLs or local files of 1–3 images of it from other sides.</summary>
    [Parameter(Position = 1, ParameterSetName = "Images", ValueFromPipelineByPropertyName = true)]
    [Alias("reference_image_urls")]
    public string[] ReferenceImage { get; set; } = [];

    /// <summary>The https URL or local file of a video of it, instead of images, where the model takes one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Video", ValueFromPipelineByPropertyName = true)]
    [Alias("video_url")]
    public string? Video { get; set; }

    private protected override void Process() => WriteObject(Video is null
        ? new KlingElement { FrontalImage = FrontalImage, ReferenceImages = ReferenceImage }
        : new KlingElement { Video = Video });
}
