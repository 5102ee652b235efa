using System.Globalization;

namespace KlingO3.Input.Media.Mp4;

/// <summary>What a <c>moov</c> box tells.</summary>
internal sealed class Movie
{
    /// <summary>Longer is no video but a mistake. In seconds: 100 hours.</summary>
    private const double Longest = 360_000;

    /// <summary>Units of the movie's durations in a second.</summary>
    public uint TimeScale { get; set; }

    /// <summary>How long the movie says it plays; 0 if unknown.</summary>
    public ulong Duration { get; set; }

    /// <summary>How long the movie says that it plays with all its fragments (mehd); 0 if it does not.</summary>
    public ulong FragmentDuration { get; set; }

    /// <summary>Whether the whole picture is turned by 90° or 270°, on top of its tracks.</summary>
    public bool IsQuarterTurned { get; set; }

    /// <summary>Whether samples follow in fragments (mvex).</summary>
    public bool IsFragmented { get; set; }

    public List<Track> Tracks { get; } = [];

    /// <summary>The picture that a player shows: the first enabled one, else the first.</summary>
    public Track? Picture => Tracks.Find(track => track.IsVideo && track.IsEnabled && track.Width > 0) ?? Tracks.Find(track => track.IsVideo);

    public bool HasSound => Tracks.Exists(track => track.IsSound);

    /// <summary>How long picture and sound play; null if that could not be told.</summary>
    public TimeSpan? PlayingTime()
    {
        var seconds = 0.0;
        foreach (var track in Tracks)
        {
            if (track.IsVideo || track.IsSound)
            {
                seconds = Math.Max(seconds, Seconds(track));
            }
        }

        seconds = seconds > 0 ? seconds : Ratio(IsFragmented && FragmentDuration > 0 ? FragmentDuration : Duration, TimeScale);
        return seconds > Longest ? throw MediaFault.Damaged(string.Create(CultureInfo.InvariantCulture, $"it says to play for {seconds / 3600:0} hours"))
            : seconds > 0 ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private double Seconds(Track track)
    {
        var media = Ratio(track.MediaDuration, track.TimeScale);
        if (!IsFragmented)
        {
            return track.EditDuration > 0 ? Ratio(track.EditDuration, TimeScale) : media;
        }

        // Samples in the moov itself come before those of the fragments.
        var from = track.MediaDuration > 0 ? 0 : track.FragmentsFrom;
        return track.FragmentsFrom is not null && track.FragmentsTo > from
            ? Ratio(track.FragmentsTo - from.Value, track.TimeScale)
            : Math.Max(media, Ratio(FragmentDuration, TimeScale));
    }

    private static double Ratio(ulong duration, uint scale) => scale == 0 ? 0 : (double)duration / scale;
}
