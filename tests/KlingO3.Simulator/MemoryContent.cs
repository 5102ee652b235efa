namespace KlingO3.Simulator;

/// <summary>Content that is in memory.</summary>
internal sealed class MemoryContent(byte[] bytes) : IContent
{
    public long Length => bytes.Length;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        var count = (int)Math.Min(buffer.Length, bytes.Length - offset);
        bytes.AsMemory((int)offset, count).CopyTo(buffer);
        return ValueTask.FromResult(count);
    }
}
