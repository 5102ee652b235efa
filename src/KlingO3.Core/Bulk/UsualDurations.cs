namespace KlingO3.Bulk;

/// <summary>
/// How long jobs of each model take, as a rule: learned from those that ended, in earlier runs (from the ledger) and in this one.
/// Thread-safe.
/// </summary>
/// <param name="ledger">Asked once for each model.</param>
internal sealed class UsualDurations(LedgerAccess ledger)
{
    /// <summary>The service changes: what was long ago says little.</summary>
    private const int Most = 100;

    /// <summary>Fewer say nothing.</summary>
    private const int Fewest = 5;

    /// <summary>
    /// What is seen of a job is never shorter than the job. Were nobody to look earlier than the quickest were seen, the quickest
    /// would be seen later and later.
    /// </summary>
    private const double Margin = 0.95;

    /// <summary>No job takes longer; a number beyond it is a mistake of the service, and must not become an exception here.</summary>
    private const double MaxSeconds = 24 * 60 * 60;

    private readonly Dictionary<string, Queue<double>> _seconds = new(StringComparer.Ordinal);

    /// <summary>The age that nine of ten jobs of a model reach; null while too few have ended.</summary>
    public TimeSpan? Least(string? model) => At(model, 0.1) * Margin;

    /// <summary>How long a job of a model takes, half of them longer; null while too few have ended.</summary>
    public TimeSpan? Median(string? model) => At(model, 0.5);

    private TimeSpan? At(string? model, double share)
    {
        if (model is null)
        {
            return null;
        }

        lock (_seconds)
        {
            if (!_seconds.TryGetValue(model, out var known))
            {
                // The ledger has the newest first.
                known = new Queue<double>(ledger.Try(open => open.Durations(model, Most), []).Reverse());
                _seconds.Add(model, known);
            }

            return known.Count < Fewest ? null : TimeSpan.FromSeconds(Math.Clamp(known.Order().ElementAt((int)(known.Count * share)), 0, MaxSeconds));
        }
    }

    /// <summary>Learns from a job that has ended, and is in the ledger.</summary>
    public void Add(KlingPrediction ended)
    {
        if (ended is not { Status: not KlingStatus.Cancelled, Model: { } model, PredictTime: { } told, CompletedAt: { } completed, CreatedAt: { } created })
        {
            return;
        }

        lock (_seconds)
        {
            // Where nobody asked yet, the ledger will tell.
            if (_seconds.TryGetValue(model, out var known))
            {
                known.Enqueue(Math.Min(told, (completed - created).TotalSeconds));
                if (known.Count > Most)
                {
                    known.Dequeue();
                }
            }
        }
    }
}
