namespace KlingO3.Input.Media.Mp4;

/// <summary>Finds the last fragment by the index at the end of a file (<c>mfra</c>), so that a URL needs not be walked through.</summary>
internal sealed class FragmentIndex(BoxReader boxes)
{
    private const int LongestIndex = 48 * 1024;
    private static readonly uint TrackIndex = Box.Code("tfra");

    /// <summary>Where the last fragments of all tracks begin; empty if there is no index.</summary>
    public async Task<IReadOnlyCollection<long>> LastFragmentsAsync(CancellationToken cancellationToken)
    {
        if (!boxes.Window.CanJump || boxes.Window.Length is not { } length || length < 32)
        {
            return [];
        }

        // mfro, the last box, says how long the index is. One read from a little before it most likely has the whole of it.
        var tail = Math.Max(0, length - (16 * 1024));
        await boxes.Window.ReadAsync(tail, (int)(length - tail), cancellationToken).ConfigureAwait(false);
        var end = await boxes.Window.ReadAsync(length - 16, 16, cancellationToken).ConfigureAwait(false);
        var size = Numbers.UInt32(end.Span, 12);
        if (Numbers.UInt32(end.Span, 4) != Box.Code("mfro") || size < 32 || size > LongestIndex || size > length
            || await boxes.NextAsync(length - size, length, cancellationToken).ConfigureAwait(false) is not { } index
                || index.Type != Box.Code("mfra"))
        {
            return [];
        }

        var found = new SortedSet<long>();
        for (var at = index.Content; await boxes.NextAsync(at, index.End, cancellationToken).ConfigureAwait(false) is { } box; at = box.End)
        {
            if (box.Type == TrackIndex && await LastOfTrackAsync(box, cancellationToken).ConfigureAwait(false) is { } offset && offset < length)
            {
                found.Add(offset);
            }
        }

        return found;
    }

    private async Task<long?> LastOfTrackAsync(Box tfra, CancellationToken cancellationToken)
    {
        var head = await boxes.ContentAsync(tfra, 16, cancellationToken).ConfigureAwait(false);
        var isLong = Numbers.IsLong(head.Span);
        var lengths = Numbers.UInt32(head.Span, 8);
        var size = (isLong ? 16 : 8) + (int)(((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3)) + 3;
        var count = Math.Min(Numbers.UInt32(head.Span, 12), (tfra.ContentSize - 16) / size);
        if (count <= 0)
        {
            return null;
        }

        var entry = await boxes.Window.ReadExactlyAsync(tfra.Content + 16 + ((count - 1) * size), size, cancellationToken).ConfigureAwait(false);
        var offset = isLong ? Numbers.UInt64(entry.Span, 8) : Numbers.UInt32(entry.Span, 4);
        return offset > long.MaxValue ? null : (long)offset;
    }
}
