namespace KlingO3.Simulator;

/// <summary>
/// Every job there is. One lock makes a create's checks and the making of its job one step, so that limits hold exactly under concurrency.
/// Jobs end when the clock has passed their end: whoever looks first settles what has ended since.
/// </summary>
internal sealed class JobBook(VirtualClock clock, Settings settings)
{
    private const int UnpricedConcurrent = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Job> _byId = [];
    private readonly List<Job> _byAge = [];
    private readonly List<DateTimeOffset> _createTimes = [];
    private readonly PriorityQueue<Job, DateTimeOffset> _ends = new();
    private readonly Dictionary<string, int> _running = [];
    private readonly Dictionary<string, RateWindow> _rates = [];
    private long _number;
    private decimal _charged;
    private decimal _reserved;
    private int _inFlight;
    private int _maxInFlight;

    /// <summary>Told of each job that ended by itself, under the lock: it must not wait.</summary>
    public Action<Job>? JobEnded { get; set; }

    public (Job? Job, Refusal Refusal, TimeSpan Wait) Create(Order order)
    {
        lock (_lock)
        {
            var options = settings.Current;
            var now = SettleEnded();
            if (!_rates.TryGetValue(order.Key, out var rate))
            {
                _rates[order.Key] = rate = new RateWindow(TimeSpan.FromMinutes(1));
            }

            if (rate.Wait(now, options.PerMinute) is { Ticks: > 0 } wait)
            {
                return (null, Refusal.RateLimited, wait);
            }

            var most = options.Unpriced ? Math.Min(UnpricedConcurrent, options.MaxConcurrent) : options.MaxConcurrent;
            if (_running.GetValueOrDefault(order.Key) >= most)
            {
                return (null, Refusal.Concurrency, TimeSpan.FromSeconds(5));
            }

            // The balance must cover what is in flight, too: that is only paid when it ends.
            if (options.Balance is { } balance && !options.Unpriced && balance - _charged - _reserved < options.Cost)
            {
                return (null, Refusal.Payment, TimeSpan.Zero);
            }

            rate.Add(now);
            _createTimes.Add(now);
            var job = Make(order, options, now, planted: false);
            _running[job.Key] = _running.GetValueOrDefault(job.Key) + 1;
            _maxInFlight = Math.Max(_maxInFlight, ++_inFlight);
            _reserved += job.Cost;
            SettleEnded();
            return (job, Refusal.None, TimeSpan.Zero);
        }
    }

    /// <summary>Adds a job that somebody else in the organisation made a while ago: no slot, no cost, no limit.</summary>
    public Job Plant(Order order, TimeSpan age)
    {
        lock (_lock)
        {
            var now = SettleEnded();
            var job = Make(order, settings.Current, now - age, planted: true);
            SettleEnded();
            return job;
        }
    }

    private Job Make(Order order, SimulatorOptions options, DateTimeOffset createdAt, bool planted)
    {
        var job = JobMaker.Make(order, options, ++_number, createdAt, planted);
        _byId.Add(job.Id, job);
        var place = _byAge.Count;
        while (planted && place > 0 && _byAge[place - 1].CreatedAt > createdAt)
        {
            place--;
        }

        _byAge.Insert(place, job);
        _ends.Enqueue(job, job.EndsAt);
        return job;
    }

    /// <summary>Asks a job to stop. Best effort: some cannot, and one that has ended stays as it is.</summary>
    public Job? Cancel(string id)
    {
        lock (_lock)
        {
            var now = SettleEnded();
            if (!_byId.TryGetValue(id, out var job))
            {
                return null;
            }

            job.Cancels++;
            if (!job.Ended && !job.Uncancellable)
            {
                job.EndsAt = now;
                End(job, JobPhase.Cancelled);
            }

            return job;
        }
    }

    public Job? Find(string id)
    {
        lock (_lock)
        {
            SettleEnded();
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>All jobs as they are now, the oldest first.</summary>
    public Job[] Snapshot()
    {
        lock (_lock)
        {
            SettleEnded();
            return [.. _byAge];
        }
    }

    public (DateTimeOffset[] CreateTimes, int InFlight, int MaxInFlight, decimal? Balance) Totals()
    {
        lock (_lock)
        {
            SettleEnded();
            return ([.. _createTimes], _inFlight, _maxInFlight, settings.Current.Balance - _charged);
        }
    }

    /// <summary>Ends what is due; called now and then, so that webhooks go out although nobody asks.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            SettleEnded();
        }
    }

    /// <summary>A balance that was just set is what is left, whatever was charged before.</summary>
    public void ForgetCharges()
    {
        lock (_lock)
        {
            _charged = 0;
        }
    }

    public void Reset()
    {
        lock (_lock)
        {
            _byId.Clear();
            _byAge.Clear();
            _createTimes.Clear();
            _ends.Clear();
            _running.Clear();
            _rates.Clear();
            _number = 0;
            _charged = 0;
            _reserved = 0;
            _inFlight = 0;
            _maxInFlight = 0;
        }
    }

    private DateTimeOffset SettleEnded()
    {
        var now = clock.Now;
        while (_ends.TryPeek(out var job, out var end) && end <= now)
        {
            _ends.Dequeue();
            if (!job.Ended)
            {
                End(job, job.FailsWith is null ? JobPhase.Success : JobPhase.Error);
                JobEnded?.Invoke(job);
            }
        }

        return now;
    }

    private void End(Job job, JobPhase phase)
    {
        job.Phase = phase;
        if (job.Planted)
        {
            return;
        }

        _inFlight--;
        _reserved -= job.Cost;
        _running[job.Key]--;
        if (phase == JobPhase.Success)
        {
            _charged += job.Cost;
        }
    }
}
