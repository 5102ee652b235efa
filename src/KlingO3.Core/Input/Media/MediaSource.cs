namespace KlingO3.Input.Media;

/// <summary>Bytes that can be read anywhere: of a file, of a URL, of memory.</summary>
internal abstract class MediaSource : IAsyncDisposable
{
    /// <summary>The size in bytes, once it is known.</summary>
    public long? Length { get; protected set; }

    /// <summary>Whether jumping about is cheap enough to look at the end of the file first.</summary>
    public virtual bool CanJump => true;

    /// <summary>How many bytes one read should ask for, where fewer would do.</summary>
    public abstract int ReadSize { get; }

    /// <summary>How many bytes may be read in all.</summary>
    public abstract long MostBytes { get; }

    /// <summary>How many reads may be made in all.</summary>
    public abstract int MostReads { get; }

    /// <summary>Reads from a place on; fewer bytes only at the end of the file.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="buffer">Where to put them.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="MediaFault">It cannot be read.</exception>
    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
