namespace KlingO3.Input.Media.Mp4;

/// <summary>Reads <c>moof</c> boxes for when their samples begin and end.</summary>
internal sealed class FragmentReader(BoxReader boxes, Movie movie)
{
    private const int SamplesAtOnce = 1024;
    private static readonly uint TrackFragment = Box.Code("traf");
    private static readonly uint Header = Box.Code("tfhd");
    private static readonly uint DecodeTime = Box.Code("tfdt");
    private static readonly uint Run = Box.Code("trun");

    public async Task ReadAsync(Box moof, CancellationToken cancellationToken)
    {
        for (var at = moof.Content; await boxes.NextAsync(at, moof.End, cancellationToken).ConfigureAwait(false) is { } box; at = box.End)
        {
            if (box.Type == TrackFragment)
            {
                await ReadTrackAsync(box, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ReadTrackAsync(Box traf, CancellationToken cancellationToken)
    {
        Track? track = null;
        uint sampleDuration = 0;
        ulong? time = null;
        for (var at = traf.Content; await boxes.NextAsync(at, traf.End, cancellationToken).ConfigureAwait(false) is { } box; at = box.End)
        {
            var bytes = await boxes.ContentAsync(box, 32, cancellationToken).ConfigureAwait(false);
            if (box.Type == Header)
            {
                var id = Numbers.UInt32(bytes.Span, 4);
                track = movie.Tracks.Find(known => known.Id == id);
                sampleDuration = SampleDuration(bytes.Span) ?? track?.DefaultSampleDuration ?? 0;
            }
            else if (box.Type == DecodeTime)
            {
                time = Numbers.IsLong(bytes.Span) ? Numbers.UInt64(bytes.Span, 4) : Numbers.UInt32(bytes.Span, 4);
            }
            else if (box.Type == Run && track is not null)
            {
                var from = time ?? track.FragmentsTo;
                var length = await RunLengthAsync(box, sampleDuration, cancellationToken).ConfigureAwait(false);
                time = from > ulong.MaxValue - length ? ulong.MaxValue : from + length;
                track.FragmentsFrom = Math.Min(track.FragmentsFrom ?? from, from);
                track.FragmentsTo = Math.Max(track.FragmentsTo, time.Value);
            }
        }
    }

    /// <summary>The duration of each sample, if this fragment has one for all.</summary>
    private static uint? SampleDuration(ReadOnlySpan<byte> tfhd)
    {
        var flags = Numbers.UInt32(tfhd, 0);
        var at = 8 + ((flags & 0x1) != 0 ? 8 : 0) + ((flags & 0x2) != 0 ? 4 : 0);
        return (flags & 0x8) != 0 ? Numbers.UInt32(tfhd, at) : null;
    }

    private async Task<ulong> RunLengthAsync(Box trun, uint sampleDuration, CancellationToken cancellationToken)
    {
        var head = await boxes.ContentAsync(trun, 8, cancellationToken).ConfigureAwait(false);
        var flags = Numbers.UInt32(head.Span, 0);
        var samples = Numbers.UInt32(head.Span, 4);
        if ((flags & 0x100) == 0)
        {
            return (ulong)samples * sampleDuration;
        }

        // Each sample has its own: 4 bytes for each of duration, size, flags and offset that the run has.
        var size = 4 * System.Numerics.BitOperations.PopCount(flags & 0xf00);
        var at = trun.Content + 8 + ((flags & 0x1) != 0 ? 4 : 0) + ((flags & 0x4) != 0 ? 4 : 0);
        ulong total = 0;
        for (long left = Math.Min(samples, Math.Max(0, trun.End - at) / size); left > 0;)
        {
            var count = (int)Math.Min(left, SamplesAtOnce);
            var bytes = await boxes.Window.ReadExactlyAsync(at, count * size, cancellationToken).ConfigureAwait(false);
            for (var sample = 0; sample < count; sample++)
            {
                total += Numbers.UInt32(bytes.Span, sample * size);
            }

            at += count * size;
            left -= count;
        }

        return total;
    }
}
