namespace KlingO3.Input.Media;

/// <summary>What the head of a file tells.</summary>
internal sealed record MediaFacts
{
    /// <summary><c>mp4</c>, <c>mov</c>, <c>png</c>, <c>jpeg</c> or <c>webp</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Whether it is a video.</summary>
    public bool IsVideo => Format is "mp4" or "mov";

    /// <summary>The width in pixels as shown.</summary>
    public int Width { get; init; }

    /// <summary>The height in pixels as shown.</summary>
    public int Height { get; init; }

    /// <summary>How long it plays; null of images, and of fragmented videos whose length could not be told.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The video codec's four characters.</summary>
    public string? Codec { get; init; }

    /// <summary>Whether there is a sound track; null of images.</summary>
    public bool? HasAudio { get; init; }

    /// <summary>Whether the file ends before its contents do.</summary>
    public bool IsTruncated { get; init; }
}
