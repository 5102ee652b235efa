namespace KlingO3;

/// <summary>What the media probe read of a video or an image.</summary>
public sealed record KlingMedia
{
    /// <summary>The field that names it (<c>video_url</c>, <c>image_urls[0]</c> …).</summary>
    public string? Field { get; init; }

    /// <summary>The URL or the path.</summary>
    public required string Source { get; init; }

    /// <summary><c>mp4</c>, <c>mov</c>, <c>png</c>, <c>jpeg</c> or <c>webp</c>.</summary>
    public string? Format { get; init; }

    /// <summary>The codec's four-character code (<c>avc1</c>, <c>hvc1</c> …), of videos.</summary>
    public string? Codec { get; init; }

    /// <summary>How long it plays, of videos.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The width in pixels as shown, after rotation.</summary>
    public int? Width { get; init; }

    /// <summary>The height in pixels as shown, after rotation.</summary>
    public int? Height { get; init; }

    /// <summary>The size in bytes, where it is known.</summary>
    public long? Length { get; init; }

    /// <summary>Whether there is a sound track, of videos.</summary>
    public bool? HasAudio { get; init; }
}
