namespace KlingO3;

/// <summary>What a string input holds.</summary>
public enum KlingInputFormat
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A prompt, which refers to the other inputs by <c>@Video1</c>, <c>@Image1</c>, <c>@Element1</c> … and counts from 1.</summary>
    Prompt,

    /// <summary>A public https URL.</summary>
    Url,

    /// <summary>A public https URL of an .mp4 or .mov file: 3–10 s, 720–2160 px, at most 200 MB.</summary>
    Video,

    /// <summary>A public https URL of an image: at least 300 px, aspect ratio 0.4–2.5, at most 10 MB.</summary>
    Image,

    /// <summary>Whole seconds, sent as a string.</summary>
    Seconds,
}
