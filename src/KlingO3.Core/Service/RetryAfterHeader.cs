using System.Net.Http.Headers;

namespace KlingO3.Service;

/// <summary>
/// The <c>Retry-After</c> header (RFC 9110, 10.2.3): the only place that reads it, and that says how long a pause may be at most. A service that
/// asks for years by mistake, or a clock that was set back, must not end the work.
/// </summary>
internal static class RetryAfterHeader
{
    /// <summary>The longest pause that is honoured. After it, the service is asked again and may ask for another one.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(15);

    /// <summary>How long an answer asks to wait, from nothing to <see cref="MaxPause"/>; null where it does not say so.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="now">The local time, for a date where the answer does not tell the service's own time.</param>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now) => headers.RetryAfter switch
    {
        { Delta: { } delta } => Cap(delta),
        { Date: { } date } => Cap(date - (headers.Date ?? now)),
        _ => IsTooLarge(headers) ? MaxPause : null,
    };

    /// <summary>The pause within its limits.</summary>
    public static TimeSpan Cap(TimeSpan pause) => pause < TimeSpan.Zero ? TimeSpan.Zero : pause < MaxPause ? pause : MaxPause;

    /// <summary>More seconds than the header's parser can count.</summary>
    private static bool IsTooLarge(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("Retry-After", out var values) && values.Count == 1 && values.First() is { Length: > 0 } text && text.All(char.IsAsciiDigit);
}
