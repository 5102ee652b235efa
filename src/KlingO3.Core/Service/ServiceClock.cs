namespace KlingO3.Service;

/// <summary>
/// The service's clock, taken from the <c>Date</c> of its answers. The list of executions is asked by the service's time, and a
/// laptop's clock may be wrong by hours.
/// </summary>
/// <param name="time">The local clock.</param>
internal sealed class ServiceClock(TimeProvider time)
{
    private long _aheadTicks;

    /// <summary>How far the service's clock is ahead of the local one; zero until the service has answered.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    /// <summary>Whether the service has told its time yet.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Takes the time from an answer.</summary>
    public void Observe(DateTimeOffset? date)
    {
        if (date is { } serviceNow)
        {
            Interlocked.Exchange(ref _aheadTicks, (serviceNow - time.GetUtcNow()).Ticks);
            IsKnown = true;
        }
    }
}
