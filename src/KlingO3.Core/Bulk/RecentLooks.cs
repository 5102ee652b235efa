namespace KlingO3.Bulk;

/// <summary>
/// When each prediction was looked at last, so that one whose waiters come and go is still looked at only once an interval: while many
/// rows wait for a slot, each that gets one leaves, and the next begins to wait for the same predictions. Thread-safe.
/// </summary>
/// <param name="interval">How long a look counts.</param>
/// <param name="time">The clock.</param>
internal sealed class RecentLooks(TimeSpan interval, TimeProvider time)
{
    private const int Few = 256;

    private readonly Dictionary<string, long> _looks = new(StringComparer.Ordinal);
    private int _most = Few;

    /// <summary>It is looked at now.</summary>
    public void Add(string predictionId)
    {
        lock (_looks)
        {
            _looks[predictionId] = time.GetTimestamp();
            if (_looks.Count > _most)
            {
                foreach (var old in _looks.Where(look => time.GetElapsedTime(look.Value) >= interval).ToList())
                {
                    _looks.Remove(old.Key);
                }

                _most = Math.Max(Few, 2 * _looks.Count);
            }
        }
    }

    /// <summary>How long it need not be looked at yet.</summary>
    public TimeSpan Rest(string predictionId)
    {
        lock (_looks)
        {
            var rest = _looks.TryGetValue(predictionId, out var last) ? interval - time.GetElapsedTime(last) : TimeSpan.Zero;
            return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }
    }
}
