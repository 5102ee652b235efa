namespace KlingO3.Bulk;

/// <summary>
/// Whether webhooks can be counted on. While somebody listens and none was lost, looks are seldom: a job that ends without a word ends that
/// for all, until the next delivery comes. Guarded by the watcher's lock.
/// </summary>
/// <param name="interval">How often a prediction is looked at that has no webhook.</param>
internal sealed class WebhookTrust(TimeSpan interval)
{
    /// <summary>Half as long again as a job takes (about 300 s, looked at every 5 s).</summary>
    private const int Intervals = 90;

    private const int MostEarly = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(450);

    private readonly HashSet<string> _early = new(StringComparer.Ordinal);
    private readonly List<IProgress<Notice>> _listeners = [];
    private bool _lost;

    /// <summary>How long a prediction is not looked at while its webhook is awaited: the longest that a lost one can hold anybody up.</summary>
    public TimeSpan Patience { get; } =
        interval >= Longest ? interval : TimeSpan.FromTicks(Math.Min(Longest.Ticks, interval.Ticks * Intervals));

    /// <summary>Whether to wait for webhooks.</summary>
    public bool Holds => _listeners.Count > 0 && !_lost;

    /// <summary>Since when somebody listens without a pause.</summary>
    public DateTimeOffset Since { get; private set; }

    public void Add(IProgress<Notice> listener, DateTimeOffset now)
    {
        if (_listeners.Count == 0)
        {
            (Since, _lost) = (now, false);
        }

        _listeners.Add(listener);
    }

    public void Remove(IProgress<Notice> listener)
    {
        _listeners.Remove(listener);
        if (_listeners.Count == 0)
        {
            _early.Clear();
        }
    }

    /// <summary>A webhook came.</summary>
    public void Restore() => _lost = false;

    /// <summary>A webhook came for a prediction that nobody waits for yet.</summary>
    public void AddEarly(string predictionId)
    {
        if (_listeners.Count > 0 && _early.Count < MostEarly)
        {
            _early.Add(predictionId);
        }
    }

    /// <summary>Whether one came before anybody waited.</summary>
    public bool TakeEarly(string predictionId) => _early.Remove(predictionId);

    /// <summary>A job ended, and no webhook told of it.</summary>
    /// <returns>Those to be told, if that changes anything.</returns>
    public IReadOnlyList<IProgress<Notice>> Lose()
    {
        if (!Holds)
        {
            return [];
        }

        _lost = true;
        return [.. _listeners];
    }
}
