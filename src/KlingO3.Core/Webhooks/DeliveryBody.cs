namespace KlingO3.Webhooks;

/// <summary>
/// Reads a delivery's body within a size and a time. On Linux and macOS the streams of HttpListener do not heed a cancellation: the read is left
/// behind, and ends when the connection is aborted.
/// </summary>
internal static class DeliveryBody
{
    /// <summary>The largest body that is taken, in bytes. The service's are a few hundred.</summary>
    public const int Largest = 1024 * 1024;

    /// <summary>How much more is read of one that is too large, so that its sender hears the answer and not a reset.</summary>
    private const int Drained = 8 * Largest;

    private const int Chunk = 16 * 1024;

    /// <summary>The body; null where it is too large.</summary>
    /// <param name="stream">Where it comes from.</param>
    /// <param name="length">What its sender says; -1 where that is not said.</param>
    /// <param name="deadline">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">It did not come in time.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, long length, CancellationToken deadline)
    {
        var whole = length <= Largest ? new MemoryStream() : null;
        var buffer = new byte[Chunk];
        for (long total = 0; ;)
        {
            var read = await ReadAsync(stream, buffer, deadline).ConfigureAwait(false);
            total += read;
            whole = total <= Largest ? whole : null;
            if (read == 0 || total > Drained)
            {
                // Spelled out: a bare null would become an empty body.
                return whole is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(whole.GetBuffer(), 0, (int)whole.Length);
            }

            whole?.Write(buffer, 0, read);
        }
    }

    private static async Task<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken deadline)
    {
        var read = stream.ReadAsync(buffer, 0, buffer.Length, CancellationToken.None);
        try
        {
            return await read.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = read.ContinueWith(
                static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }
}
