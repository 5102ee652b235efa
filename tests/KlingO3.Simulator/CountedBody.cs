namespace KlingO3.Simulator;

/// <summary>Counts the bytes of downloads that really went out.</summary>
internal sealed class CountedBody(Stream inner, Tally tally) : BodyFilter(inner)
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Inner.WriteAsync(buffer, cancellationToken);
        Interlocked.Add(ref tally.DownloadBytes, buffer.Length);
    }
}
