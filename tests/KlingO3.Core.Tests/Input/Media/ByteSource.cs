using KlingO3.Input.Media;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>A file in memory, with the bounds of a URL.</summary>
internal sealed class ByteSource : MediaSource
{
    private readonly byte[] _bytes;

    public ByteSource(byte[] bytes, bool isUrl = false)
    {
        _bytes = bytes;
        Length = bytes.Length;
        ReadSize = isUrl ? 24 * 1024 : 32 * 1024;
        MostBytes = isUrl ? 256 * 1024 : 32 * 1024 * 1024;
        MostReads = isUrl ? 16 : 4096;
    }

    public override int ReadSize { get; }

    public override long MostBytes { get; }

    public override int MostReads { get; }

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = (int)Math.Clamp(_bytes.Length - offset, 0, buffer.Length);
        _bytes.AsMemory((int)Math.Min(offset, _bytes.Length), count).CopyTo(buffer);
        return ValueTask.FromResult(count);
    }
}
