using KlingO3.Input.Checks;

namespace KlingO3.Input.Media;

/// <summary>
/// Reads a source piece by piece and keeps the last piece, so that many small looks are few reads. It holds the bounds: at most 128 KB of
/// memory, and as many bytes and reads as the source allows.
/// </summary>
internal sealed class ByteWindow(MediaSource source)
{
    private const int Largest = 128 * 1024;
    private byte[] _bytes = [];
    private long _start;
    private int _count;

    /// <summary>The size of the file, once it is known.</summary>
    public long? Length => source.Length;

    /// <summary>Whether the end of the file may be looked at out of turn.</summary>
    public bool CanJump => source.CanJump && source.Length is not null;

    /// <summary>How many bytes were read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>How many reads were made.</summary>
    public int Reads { get; private set; }

    /// <summary>Whether these bytes are at hand without another read.</summary>
    public bool Holds(long offset, int count) => offset >= _start && offset + count <= _start + _count;

    /// <summary>Bytes at a place; fewer than asked for only at the end of the file. They are good until the next call.</summary>
    /// <param name="offset">The place.</param>
    /// <param name="count">How many, at most 64 KB.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        if (offset < 0 || (source.Length is { } length && offset >= length))
        {
            return default;
        }

        if (!Holds(offset, count))
        {
            await FillAsync(offset, count, cancellationToken).ConfigureAwait(false);
        }

        var from = (int)(offset - _start);
        return from >= _count ? default : _bytes.AsMemory(from, Math.Min(count, _count - from));
    }

    /// <summary>Exactly so many bytes at a place.</summary>
    /// <exception cref="MediaFault">The file ends before.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadExactlyAsync(long offset, int count, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(offset, count, cancellationToken).ConfigureAwait(false);
        return bytes.Length == count ? bytes : throw new MediaFault(InputRules.MediaTruncated, "The file ends in the middle of what it should hold.");
    }

    private async ValueTask FillAsync(long offset, int count, CancellationToken cancellationToken)
    {
        var size = Math.Clamp(Math.Max(count, source.ReadSize), 1, Largest);
        if (source.Length is { } length)
        {
            size = (int)Math.Min(size, length - offset);
        }

        size = (int)Math.Min(size, source.MostBytes - BytesRead);
        if (size <= 0 || Reads >= source.MostReads)
        {
            throw new MediaFault(
                InputRules.MediaUnreadable,
                $"What describes it is too far apart to be read in {Shown.Number(source.MostReads)} looks or {Shown.Number(source.MostBytes / 1024)} KB.",
                KlingSeverity.Warning);
        }

        if (_bytes.Length < size)
        {
            _bytes = new byte[size];
        }

        (_start, _count) = (offset, 0);
        Reads++;
        _count = await source.ReadAsync(offset, _bytes.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        BytesRead += _count;
    }
}
