namespace KlingO3.Service;

/// <summary>
/// One attempt, whole: sends the request and reads the body into memory, within a time and a size. Below the retries, so that a
/// body that breaks off is retried like any other lost answer.
/// </summary>
/// <param name="timeout">The longest one attempt may take.</param>
/// <param name="time">The clock.</param>
internal sealed class AttemptHandler(TimeSpan timeout, TimeProvider time) : DelegatingHandler
{
    /// <summary>No answer of this API is nearly as large.</summary>
    public const int LargestBody = 16 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var response = await base.SendAsync(request, either.Token).ConfigureAwait(false);
            try
            {
                response.Content = await InMemoryAsync(response.Content, either.Token).ConfigureAwait(false);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            // Either this attempt's time is over, or the handler's ConnectTimeout, which it tells of as a cancellation too.
            throw new HttpRequestException(timer.IsCancellationRequested ? $"no answer within {timeout.InSeconds()}" : "no connection could be made in time", error);
        }
    }

    private static async Task<HttpContent> InMemoryAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await ReadAsync(stream, buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > LargestBody)
                {
                    throw ServiceErrors.BadResponse($"an answer of more than {LargestBody / 1024 / 1024} MB");
                }

                body.Write(buffer, 0, read);
            }
        }

        var copy = new ByteArrayContent(body.ToArray());
        copy.Headers.ContentType = content.Headers.ContentType;
        content.Dispose();
        return copy;
    }

    private static async Task<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new HttpRequestException($"the answer broke off: {error.Message}", error);
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            // What gzip and Brotli throw at a body that is not what its Content-Encoding says.
            throw new HttpRequestException($"the answer could not be unpacked: {error.Message}", error);
        }
    }
}
