using System.Net.Http.Headers;

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
            RetryAfter = Wait(response.Headers.RetryAfter, response.Headers.Date ?? now),
        };
    }

    /// <summary>How long a <c>Retry-After</c> asks to wait: seconds, or a date by the service's own clock. Never negative.</summary>
    public static TimeSpan? Wait(RetryConditionHeaderValue? header, DateTimeOffset serviceNow)
    {
        var wait = header?.Delta ?? (header?.Date - serviceNow);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
