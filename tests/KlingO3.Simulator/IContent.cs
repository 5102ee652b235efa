namespace KlingO3.Simulator;

/// <summary>Bytes of a known length that can be read from anywhere.</summary>
internal interface IContent
{
    long Length { get; }

    /// <summary>Reads up to a buffer's worth; never nothing before the end.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel);
}
