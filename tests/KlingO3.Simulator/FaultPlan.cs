namespace KlingO3.Simulator;

/// <summary>The planned faults, in order: the first that matches a call and is not spent strikes it.</summary>
internal sealed class FaultPlan(long seed, VirtualClock clock)
{
    private readonly Lock _lock = new();
    private readonly List<PlannedFault> _plan = [];
    private long _rolls;

    public void Add(IEnumerable<Fault> faults)
    {
        lock (_lock)
        {
            var now = clock.Now;
            _plan.RemoveAll(planned => planned.IsSpent(now));
            _plan.AddRange(faults.Select(fault => new PlannedFault(fault, now)));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _plan.Clear();
            _rolls = 0;
        }
    }

    /// <summary>The fault that strikes a call, if any.</summary>
    /// <param name="kind">What the call is.</param>
    /// <param name="text">What <c>match</c> is looked for in: the URL and the prompt.</param>
    public Fault? Strike(string kind, Func<string> text)
    {
        lock (_lock)
        {
            var now = clock.Now;
            foreach (var planned in _plan)
            {
                var fault = planned.Fault;
                if (planned.IsSpent(now)
                    || (fault.On != kind && fault.On != "any")
                    || (fault.Match is { } match && !text().Contains(match, StringComparison.Ordinal)))
                {
                    continue;
                }

                if (planned.Skipped < fault.Skip)
                {
                    planned.Skipped++;
                }
                else if (fault.Rate >= 1 || Dice.Roll(seed, Purpose.Fault, _rolls++) < fault.Rate)
                {
                    planned.Fired++;
                    return fault;
                }
            }

            return null;
        }
    }
}
