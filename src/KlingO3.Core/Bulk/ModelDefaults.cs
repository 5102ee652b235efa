namespace KlingO3.Bulk;

/// <summary>What the service takes for inputs that a row leaves out.</summary>
internal static class ModelDefaults
{
    public static IEnumerable<(string Name, object Value)> Of(string model) => model.Contains("video-to-video-reference", StringComparison.Ordinal)
        ? [("keep_audio", true), ("aspect_ratio", "16:9"), ("duration", "5"), ("shot_type", "customize")]
        : [];
}
