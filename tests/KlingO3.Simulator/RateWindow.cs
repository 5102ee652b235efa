namespace KlingO3.Simulator;

/// <summary>A sliding window: how many calls there were in the last while. The caller holds the lock.</summary>
internal sealed class RateWindow(TimeSpan span)
{
    private readonly Queue<DateTimeOffset> _times = new();

    /// <summary>How long until there is room for one more; zero when there is room now.</summary>
    public TimeSpan Wait(DateTimeOffset now, int limit)
    {
        while (_times.TryPeek(out var oldest) && oldest <= now - span)
        {
            _times.Dequeue();
        }

        return _times.Count < limit ? TimeSpan.Zero : limit <= 0 ? span : _times.ElementAt(_times.Count - limit) + span - now;
    }

    public void Add(DateTimeOffset now) => _times.Enqueue(now);
}
