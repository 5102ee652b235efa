namespace KlingO3.Input.Media.Mp4;

/// <summary>A track of a movie.</summary>
internal sealed class Track
{
    public uint Id { get; set; }

    /// <summary>Whether a player shows it.</summary>
    public bool IsEnabled { get; set; }

    /// <summary><c>vide</c>, <c>soun</c> …</summary>
    public uint Handler { get; set; }

    /// <summary>Whether it is turned by 90° or 270°.</summary>
    public bool IsQuarterTurned { get; set; }

    /// <summary>Units of <see cref="MediaDuration"/> in a second.</summary>
    public uint TimeScale { get; set; }

    /// <summary>How long its media is; 0 if unknown, as in fragmented files.</summary>
    public ulong MediaDuration { get; set; }

    /// <summary>How long its edit list plays, in the movie's units; 0 without one.</summary>
    public ulong EditDuration { get; set; }

    /// <summary>The codec's four characters.</summary>
    public uint Codec { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary>The duration of a sample of a fragment that does not say (trex).</summary>
    public uint DefaultSampleDuration { get; set; }

    /// <summary>When its first fragment begins, in its own units; null until one is seen.</summary>
    public ulong? FragmentsFrom { get; set; }

    /// <summary>When its last fragment seen ends.</summary>
    public ulong FragmentsTo { get; set; }

    public bool IsVideo => Handler == Box.Code("vide");

    public bool IsSound => Handler == Box.Code("soun");
}
