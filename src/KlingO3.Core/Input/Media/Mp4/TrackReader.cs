namespace KlingO3.Input.Media.Mp4;

/// <summary>Reads a <c>trak</c> box, and of its long tables nothing.</summary>
internal sealed class TrackReader(BoxReader boxes)
{
    private const int MostEdits = 1000;
    private static readonly uint Header = Box.Code("tkhd");
    private static readonly uint Edits = Box.Code("edts");
    private static readonly uint EditList = Box.Code("elst");
    private static readonly uint Media = Box.Code("mdia");
    private static readonly uint MediaHeader = Box.Code("mdhd");
    private static readonly uint Handler = Box.Code("hdlr");
    private static readonly uint Information = Box.Code("minf");
    private static readonly uint SampleTable = Box.Code("stbl");
    private static readonly uint SampleDescription = Box.Code("stsd");

    public async Task<Track> ReadAsync(Box trak, CancellationToken cancellationToken)
    {
        var track = new Track();
        await ReadChildrenAsync(track, trak, cancellationToken).ConfigureAwait(false);
        return track;
    }

    /// <summary>The boxes that hold others are few and known: so the depth is bounded by their order, not by the file.</summary>
    private async Task ReadChildrenAsync(Track track, Box parent, CancellationToken cancellationToken)
    {
        for (var at = parent.Content; await boxes.NextAsync(at, parent.End, cancellationToken).ConfigureAwait(false) is { } box; at = box.End)
        {
            if (Holds(parent.Type, box.Type))
            {
                await ReadChildrenAsync(track, box, cancellationToken).ConfigureAwait(false);
            }
            else if (box.Type == EditList)
            {
                await ReadEditsAsync(track, box, cancellationToken).ConfigureAwait(false);
            }
            else if (box.Type == Header || box.Type == MediaHeader || box.Type == SampleDescription || (box.Type == Handler && parent.Type == Media))
            {
                ReadLeaf(track, box.Type, (await boxes.ContentAsync(box, 96, cancellationToken).ConfigureAwait(false)).Span);
            }

            if (box.Type == SampleDescription)
            {
                // What follows in the sample table is long, and tells nothing that is wanted here.
                return;
            }
        }
    }

    private static bool Holds(uint parent, uint child) =>
        parent == Box.Code("trak") ? child == Edits || child == Media
        : parent == Media ? child == Information
        : parent == Information && child == SampleTable;

    private static void ReadLeaf(Track track, uint type, ReadOnlySpan<byte> bytes)
    {
        var isLong = Numbers.IsLong(bytes);
        if (type == Header)
        {
            track.IsEnabled = (Numbers.UInt32(bytes, 0) & 1) != 0;
            track.Id = Numbers.UInt32(bytes, isLong ? 20 : 12);
            track.IsQuarterTurned = Numbers.IsQuarterTurn(bytes, isLong ? 52 : 40);
        }
        else if (type == MediaHeader)
        {
            track.TimeScale = Numbers.UInt32(bytes, isLong ? 20 : 12);
            track.MediaDuration = Numbers.Duration(bytes, 16, 24);
        }
        else if (type == Handler)
        {
            track.Handler = Numbers.UInt32(bytes, 8);
        }
        else
        {
            // The first entry: its size and type, and of pictures the size in pixels.
            track.Codec = Numbers.UInt32(bytes, 12);
            track.Width = Numbers.UInt16(bytes, 40);
            track.Height = Numbers.UInt16(bytes, 42);
        }
    }

    /// <summary>An edit list says which parts are played: their lengths together are the playing time.</summary>
    private async Task ReadEditsAsync(Track track, Box box, CancellationToken cancellationToken)
    {
        var bytes = await boxes.ContentAsync(box, 8 + (20 * MostEdits), cancellationToken).ConfigureAwait(false);
        if (bytes.Length < 8)
        {
            return;
        }

        var isLong = Numbers.IsLong(bytes.Span);
        var size = isLong ? 20 : 12;
        var count = Math.Min(Numbers.UInt32(bytes.Span, 4), (uint)((bytes.Length - 8) / size));
        ulong total = 0;
        for (var edit = 0; edit < count; edit++)
        {
            var at = 8 + (edit * size);
            var length = isLong ? Numbers.UInt64(bytes.Span, at) : Numbers.UInt32(bytes.Span, at);
            total = total > ulong.MaxValue - length ? ulong.MaxValue : total + length;
        }

        track.EditDuration = total;
    }
}
