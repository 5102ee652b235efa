using System.Globalization;

namespace KlingO3.Input.Media;

/// <summary>
/// What the service wants of videos (3–10 s, 720–2160 px a side, at most 200 MB) and images (at least 300 px a side, aspect ratio
/// 0.4–2.5, at most 10 MB).
/// </summary>
internal sealed class MediaRules(MediaField field, List<KlingFinding> findings)
{
    private const double ShortestSeconds = 3;
    private const double LongestSeconds = 10;

    /// <summary>
    /// A clip of 10 s is a little longer in its file: frames and sound come in whole pieces (240 frames at 23.976 a second are 10.01 s).
    /// </summary>
    private const double Slack = 0.05;

    private const int FewestVideoPixels = 720;
    private const int MostVideoPixels = 2160;
    private const int FewestImagePixels = 300;
    private const double LeastAspect = 0.4;
    private const double GreatestAspect = 2.5;
    private const int VideoMegabytes = 200;
    private const int ImageMegabytes = 10;

    public void Check(KlingMedia media, MediaFacts facts)
    {
        if (facts.IsVideo != field.IsVideo)
        {
            Add(
                InputRules.MediaFormat,
                facts.IsVideo ? "It is a video; an image is wanted." : $"It is a {facts.Format.ToUpperInvariant()} image; a video is wanted.",
                field.IsVideo ? "Give an .mp4 or .mov." : "Give a PNG, JPEG or WebP.",
                field.KindSeverity);
            return;
        }

        if (facts.IsTruncated)
        {
            Add(InputRules.MediaTruncated, "The file ends before its contents do: it is cut off, or was not uploaded to its end.",
                "Upload it again.");
        }

        CheckSize(media.Length, field.IsVideo ? VideoMegabytes : ImageMegabytes);
        if (field.IsVideo)
        {
            CheckDuration(facts.Duration);
            CheckVideoPixels(facts.Width, facts.Height);
        }
        else
        {
            CheckImagePixels(facts.Width, facts.Height);
        }
    }

    /// <summary>A size that is sure to be too large is an error; one that is, or is not, by how a megabyte is counted, a warning.</summary>
    private void CheckSize(long? length, int megabytes)
    {
        if (length > megabytes * 1_000_000L)
        {
            Add(
                InputRules.MediaSize, Text($"It has {length / 1e6:0.0} MB; at most {megabytes} MB are taken."), "Make it smaller.",
                length > megabytes * 1_048_576L ? field.Severity : KlingSeverity.Warning);
        }
    }

    private void CheckDuration(TimeSpan? duration)
    {
        if (duration is not { TotalSeconds: var seconds })
        {
            Add(InputRules.MediaDuration, "How long it plays could not be told.", "Check that it is 3 to 10 seconds long.", KlingSeverity.Warning);
        }
        else if (seconds < ShortestSeconds || seconds > LongestSeconds)
        {
            var isClear = seconds < ShortestSeconds - Slack || seconds > LongestSeconds + Slack;
            Add(
                InputRules.MediaDuration,
                Text($"It plays {seconds:0.00} s; 3 to 10 s are taken."),
                seconds < ShortestSeconds ? "Use a longer clip." : "Cut it: ffmpeg -i in.mp4 -t 10 out.mp4",
                isClear ? field.Severity : KlingSeverity.Warning);
        }
    }

    private void CheckVideoPixels(int width, int height)
    {
        if (Math.Min(width, height) < FewestVideoPixels || Math.Max(width, height) > MostVideoPixels)
        {
            Add(InputRules.MediaDimensions, $"It has {width} × {height} px; each side may have {FewestVideoPixels} to {MostVideoPixels}.",
                "Scale it: 1920 × 1080, 1080 × 1920 and 1280 × 720 are fine.");
        }
    }

    private void CheckImagePixels(int width, int height)
    {
        if (Math.Min(width, height) < FewestImagePixels)
        {
            Add(InputRules.MediaDimensions, $"It has {width} × {height} px; each side must have at least {FewestImagePixels}.",
                "Use a larger image.");
        }

        var aspect = (double)width / height;
        if (aspect is < LeastAspect or > GreatestAspect)
        {
            Add(InputRules.MediaAspect, Text($"It is {width} × {height} px, an aspect ratio of {aspect:0.##}; 0.4 to 2.5 are taken."),
                "Crop it, or add to its sides.");
        }
    }

    private void Add(string rule, string message, string? suggestion, KlingSeverity? severity = null) => findings.Add(
        new KlingFinding { Severity = severity ?? field.Severity, Field = field.Path, Rule = rule, Message = message, Suggestion = suggestion });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
