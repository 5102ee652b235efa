using KlingO3.Input.Media.Images;
using KlingO3.Input.Media.Mp4;

namespace KlingO3.Files;

/// <summary>What a file is, told by its first bytes: a renamed clip stays what it is. Only of what is no medium of the service the name decides.</summary>
internal static class ContentTypes
{
    /// <summary>How many bytes tell.</summary>
    public const int HeadLength = 32;

    private static readonly Dictionary<string, string> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp3"] = "audio/mpeg",
        [".wav"] = "audio/wav",
        [".m4a"] = "audio/mp4",
        [".aac"] = "audio/aac",
        [".ogg"] = "audio/ogg",
        [".gif"] = "image/gif",
        [".webm"] = "video/webm",
        [".json"] = "application/json",
        [".txt"] = "text/plain",
    };

    /// <summary>The media type.</summary>
    public static string Of(string path, ReadOnlySpan<byte> head) => head switch
    {
        _ when ImageHeaders.IsPng(head) => "image/png",
        _ when ImageHeaders.IsWebp(head) => "image/webp",
        _ when JpegReader.Is(head) => "image/jpeg",
        _ when head.Length >= 12 && head[4..].StartsWith("ftyp"u8) => head[8..].StartsWith("qt  "u8) ? "video/quicktime" : "video/mp4",
        _ when head.Length >= 8 && Mp4Reader.CanBegin(Numbers.UInt32(head, 4)) => "video/quicktime",
        _ => ByName.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"),
    };

    /// <summary>The service's word for the kind of file.</summary>
    public static string KindOf(string contentType) => contentType.Split('/')[0] is "image" or "video" or "audio" ? contentType.Split('/')[0] : "other";
}
