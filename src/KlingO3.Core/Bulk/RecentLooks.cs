namespace KlingO3.Bulk;

/// <summary>
/// Until when each prediction need not be looked at, so that one whose waiters come and go is still looked at no more often than planned:
/// while many rows wait for a slot, each that gets one leaves, and the next begins to wait for the same predictions. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class RecentLooks(TimeProvider time)
{
    private const int Few = 256;

    private readonly Dictionary<string, long> _until = new(StringComparer.Ordinal);
    private int _most = Few;

    /// <summary>It need not be looked at for so long from now.</summary>
    public void Add(string predictionId, TimeSpan rest)
    {
        lock (_until)
        {
            var now = time.GetTimestamp();
            _until[predictionId] = now + (long)(rest.TotalSeconds * time.TimestampFrequency);
            if (_until.Count > _most)
            {
                foreach (var old in _until.Where(look => look.Value <= now).ToList())
                {
                    _until.Remove(old.Key);
                }

                _most = Math.Max(Few, 2 * _until.Count);
            }
        }
    }

    /// <summary>How long it need not be looked at yet.</summary>
    public TimeSpan Rest(string predictionId)
    {
        lock (_until)
        {
            var rest = _until.TryGetValue(predictionId, out var until) ? time.GetElapsedTime(time.GetTimestamp(), until) : TimeSpan.Zero;
            return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }
    }
}
