using System.Diagnostics;
using System.Globalization;

namespace KlingO3.Simulator;

/// <summary>The service's clock: it starts at the real time and runs <see cref="Speed"/> times as fast.</summary>
internal sealed class VirtualClock(double speed)
{
    private readonly long _ticks = Stopwatch.GetTimestamp();

    public double Speed { get; } = speed;

    public DateTimeOffset Start { get; } = DateTimeOffset.UtcNow;

    public DateTimeOffset Now => Start + (Stopwatch.GetElapsedTime(_ticks) * Speed);

    /// <summary>Real time that passes while the virtual clock advances by <paramref name="span"/>.</summary>
    public TimeSpan Real(TimeSpan span) => span / Speed;

    public Task Delay(TimeSpan span, CancellationToken cancel) =>
        span <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(Real(span), cancel);

    public static string Rfc3339(DateTimeOffset time, bool wholeSeconds) =>
        time.UtcDateTime.ToString(wholeSeconds ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
