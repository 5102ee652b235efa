namespace KlingO3.Service;

/// <summary>
/// The service's clock, taken from the <c>Date</c> of its answers. The list of executions is asked by the service's time, and a
/// laptop's clock may be wrong by hours.
/// </summary>
/// <param name="time">The local clock.</param>
internal sealed class ServiceClock(TimeProvider time)
{
    private const long Unknown = long.MinValue;
    private long _aheadTicks = Unknown;

    /// <summary>How far the service's clock is ahead of the local one; null until the service has told its time.</summary>
    public TimeSpan? Ahead => Interlocked.Read(ref _aheadTicks) is var ticks && ticks == Unknown ? null : TimeSpan.FromTicks(ticks);

    /// <summary>Whether the service has told its time yet.</summary>
    public bool IsKnown => Ahead is not null;

    /// <summary>Takes the time from an answer.</summary>
    public void Observe(DateTimeOffset? date)
    {
        if (date is { } serviceNow)
        {
            Interlocked.Exchange(ref _aheadTicks, (serviceNow - time.GetUtcNow()).Ticks);
        }
    }
}
