namespace KlingO3.Service;

/// <summary>A whole HTTP answer, read into memory.</summary>
internal sealed record ServiceAnswer(int StatusCode, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    public string? RequestId { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Reads what KlingO3 uses of an answer whose body is in memory already.</summary>
    public static async Task<ServiceAnswer> ReadAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return new ServiceAnswer((int)response.StatusCode, body)
        {
            RequestId = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.FirstOrDefault() : null,
            RetryAfter = RetryAfterHeader.Read(response.Headers, now),
        };
    }
}
