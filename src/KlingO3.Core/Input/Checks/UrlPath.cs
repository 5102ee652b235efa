namespace KlingO3.Input.Checks;

/// <summary>The path of a URL, and what its ending says.</summary>
internal static class UrlPath
{
    private static readonly string[] Videos = [".mp4", ".mov"];
    private static readonly string[] OtherVideos = [".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".wmv", ".mpg", ".mpeg", ".flv"];
    private static readonly string[] Images = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"];

    /// <summary>The text without query and fragment.</summary>
    public static ReadOnlySpan<char> Of(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? url : url.AsSpan(0, end);
    }

    /// <summary>Whether the service takes it as a video: .mp4 or .mov, whatever its case.</summary>
    public static bool EndsAsVideo(ReadOnlySpan<char> path) => EndsAs(path, Videos);

    /// <summary>Whether it is the name of a video of any kind.</summary>
    public static bool EndsAsAnyVideo(ReadOnlySpan<char> path) => EndsAs(path, OtherVideos);

    /// <summary>Whether it is the name of a video or an image.</summary>
    public static bool EndsAsMedia(ReadOnlySpan<char> path) => EndsAs(path, OtherVideos) || EndsAs(path, Images);

    private static bool EndsAs(ReadOnlySpan<char> path, string[] endings)
    {
        path = path.TrimEnd();
        foreach (var ending in endings)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
