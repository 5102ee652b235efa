using KlingO3.Input.Media;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Probes bytes.</summary>
internal static class Probing
{
    public static readonly MediaField Video = new("video_url", "x", IsVideo: true, KlingSeverity.Error);

    public static readonly MediaField Image = new("image_urls[0]", "x", IsVideo: false, KlingSeverity.Error);

    /// <summary>What the probe says of a file in memory. Nothing in it waits, so that it ends here.</summary>
    public static (KlingMedia Media, List<KlingFinding> Findings) Run(byte[] bytes, MediaField? field = null, bool isUrl = false)
    {
        var task = MediaProbe.ProbeAsync(field ?? Video, () => new ByteSource(bytes, isUrl), TimeProvider.System, CancellationToken.None);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("The probe waits for something.");
    }
}
