using System.Collections.Concurrent;
using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>What one reading of the service's list says of a lost row.</summary>
internal abstract record JobMatch
{
    /// <summary>The row's job; the row owns it now.</summary>
    internal sealed record Found(string Id, DateTimeOffset CreatedAt) : JobMatch;

    /// <summary>Nothing there can be the row's.</summary>
    /// <param name="IsCurrent">Whether the list shows a job of this account that was accepted later.</param>
    /// <param name="Missing">A job that the service accepted and the list does not show, so that its silence proves nothing; null where there is none.</param>
    /// <param name="IsEmpty">Whether the list shows nothing at all.</param>
    internal sealed record Absent(bool IsCurrent, string? Missing, bool IsEmpty) : JobMatch;

    /// <summary>Something may be the row's, and cannot be told.</summary>
    internal sealed record Unclear(string Why, string? Candidate) : JobMatch;

    /// <summary>The row's job is there, or not, but an equal row is being sent at this moment, which it may belong to.</summary>
    internal sealed record Busy : JobMatch;
}

/// <summary>Compares a lost row with the jobs that the service knows.</summary>
internal sealed class JobMatcher(KlingService service, LedgerAccess ledger, ServiceClock clock, ExecutionList list)
{
    private const int MaxCandidates = 2000;
    private const int GetsAtOnce = 8;

    /// <summary>Jobs that were accepted so long before the row was sent, and so many of the newest, must be in a list that is whole.</summary>
    private const int MaxAccepted = 200;

    private static readonly TimeSpan AcceptedBefore = TimeSpan.FromMinutes(10);

    /// <summary>The input of each job that was asked for: it never changes, and equal rows lost together compare the same jobs.</summary>
    private readonly ConcurrentDictionary<string, KlingInput> _inputs = new(StringComparer.Ordinal);

    /// <summary>Reads the list once, and adopts the row's job if it is there.</summary>
    /// <exception cref="KlingException">KlingCreateUnknown: the list is not whole. Else why the service does not tell.</exception>
    public async Task<JobMatch> FindAsync(LedgerRow row, SettleOptions options, CancellationToken cancellationToken)
    {
        if (await FindByIdAsync(row, options, cancellationToken).ConfigureAwait(false) is { } named)
        {
            return named;
        }

        var view = await list.ReadAsync(row.Prediction.Model!, ExecutionWindow.Of(row, clock.Ahead), cancellationToken).ConfigureAwait(false);
        var owned = ledger.Required.Owned([.. view.Candidates.Select(job => job.Id!)]);
        var candidates = view.Candidates.Where(job => !owned.Contains(job.Id!)).OrderBy(job => Distance(row, job)).ToList();
        if (candidates.Count > MaxCandidates)
        {
            return new JobMatch.Unclear($"{candidates.Count} jobs of that time would have to be compared", null);
        }

        var compared = await CompareAsync(row, candidates, cancellationToken).ConfigureAwait(false);
        return Decide(row, compared, view) ?? await DecideOutsideAsync(row, view, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the service knows a prediction of one of these ids.</summary>
    /// <exception cref="KlingException">Why the service does not tell.</exception>
    public async Task<bool> KnowsAnyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            if (await StateAsync(id, cancellationToken).ConfigureAwait(false) is { } state && IsOf(id, state))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the jobs of the row's window say; null where none can be the row's.</summary>
    private JobMatch? Decide(LedgerRow row, List<(Execution Job, Likeness Likeness)> compared, ExecutionView view)
    {
        foreach (var (job, _) in compared.Where(one => one.Likeness == Likeness.Same))
        {
            var createdAt = job.CreatedAt is { } at ? at - (row.ServiceAhead ?? clock.Ahead ?? TimeSpan.Zero) : row.SentAt;
            return ledger.Required.Adopt(row.Row, job.Id!, createdAt) ? new JobMatch.Found(job.Id!, createdAt) : new JobMatch.Busy();
        }

        if (compared.FirstOrDefault(one => one.Likeness == Likeness.Alike).Job is { } alike)
        {
            return new JobMatch.Unclear($"prediction {alike.Id}, made at that time, has almost the same input", alike.Id);
        }

        if (compared.FirstOrDefault(one => one.Likeness == Likeness.Untold).Job is { } untold)
        {
            return new JobMatch.Unclear($"the service does not tell the input of prediction {untold.Id}, which was made at that time", untold.Id);
        }

        return view.Unreadable > 0
            ? new JobMatch.Unclear($"the service's list has {view.Unreadable} job(s) of that time without an id that can be read", null)
            : null;
    }

    /// <summary>
    /// Nothing in the window can be the row's. A job outside of it that has the row's very input may be, where the service keeps its times by another
    /// clock than its answers.
    /// </summary>
    private async Task<JobMatch> DecideOutsideAsync(LedgerRow row, ExecutionView view, CancellationToken cancellationToken)
    {
        var owned = ledger.Required.Owned([.. view.Outside.Select(job => job.Id!)]);
        var outside = view.Outside.Where(job => !owned.Contains(job.Id!)).ToList();
        if (outside.Count > MaxCandidates)
        {
            return new JobMatch.Unclear($"{outside.Count} jobs of that day would have to be compared", null);
        }

        var compared = await CompareAsync(row, outside, cancellationToken).ConfigureAwait(false);
        if (compared.FirstOrDefault(one => one.Likeness == Likeness.Same).Job is { } same)
        {
            return new JobMatch.Unclear($"prediction {same.Id} has the same input, but the service says that it was made at another time", same.Id);
        }

        var lostAt = row.LostAt ?? row.SentAt;
        var accepted = ledger.Required.AcceptedSince(row.SentAt - AcceptedBefore, MaxAccepted);
        var isCurrent = accepted.Any(job => job.AcceptedAt > lostAt && view.Ids.Contains(job.Id));
        var missing = accepted.Where(job => !view.Ids.Contains(job.Id) && (!isCurrent || job.AcceptedAt <= lostAt)).Select(job => job.Id).FirstOrDefault();
        return new JobMatch.Absent(isCurrent, missing, view.Ids.Count == 0);
    }

    /// <summary>The ids that the lost answer named, and those that the user says are the rows': if the service knows one, the job exists.</summary>
    private async Task<JobMatch?> FindByIdAsync(LedgerRow row, SettleOptions options, CancellationToken cancellationToken)
    {
        var ids = row.LostIds.Concat(options.AdoptIds).Distinct(StringComparer.Ordinal).ToList();
        var owned = ledger.Required.Owned(ids);
        foreach (var id in ids.Where(id => !owned.Contains(id)))
        {
            if (await StateAsync(id, cancellationToken).ConfigureAwait(false) is { } state
                && IsOf(id, state)
                && Compare(row, state.Input) != Likeness.Different
                && ledger.Required.Adopt(row.Row, id, row.SentAt))
            {
                return new JobMatch.Found(id, row.SentAt);
            }
        }

        return null;
    }

    private async Task<List<(Execution Job, Likeness Likeness)>> CompareAsync(LedgerRow row, List<Execution> jobs, CancellationToken cancellationToken)
    {
        var compared = new (Execution, Likeness)[jobs.Count];
        await Parallel.ForAsync(0, jobs.Count, new ParallelOptions { MaxDegreeOfParallelism = GetsAtOnce, CancellationToken = cancellationToken }, async (index, token) =>
        {
            var input = await InputAsync(jobs[index].Id!, token).ConfigureAwait(false);
            compared[index] = (jobs[index], Compare(row, input));
        }).ConfigureAwait(false);
        return [.. compared];
    }

    /// <summary>Compares with the defaults of now on both sides: those of the version that wrote the row may have been others.</summary>
    private Likeness Compare(LedgerRow row, KlingInput? told)
    {
        var (model, sent) = (row.Prediction.Model!, row.Prediction.Input!);
        if (told is null)
        {
            return Likeness.Untold;
        }

        var hash = InputIdentity.JobHash(model, told);
        if (hash == InputIdentity.JobHash(model, sent))
        {
            return Likeness.Same;
        }

        // A job that is exactly another lost row's belongs to that one.
        return InputIdentity.IsAlike(sent, told) && !ledger.Required.HasUnresolved(hash, row.Row) ? Likeness.Alike : Likeness.Different;
    }

    private async Task<KlingInput?> InputAsync(string id, CancellationToken cancellationToken)
    {
        if (_inputs.TryGetValue(id, out var known))
        {
            return known;
        }

        var state = await StateAsync(id, cancellationToken).ConfigureAwait(false);
        return state?.Input is { } input ? _inputs.GetOrAdd(id, input) : null;
    }

    /// <summary>What the service says of a prediction; null where it knows none of that id.</summary>
    private async Task<PredictionState?> StateAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await service.GetAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (KlingException error) when (error.ErrorId is KlingErrorId.NotFound or KlingErrorId.Forbidden or KlingErrorId.InvalidInput)
        {
            return null;
        }
    }

    /// <summary>Whether an answer is one about this prediction, and not just any JSON.</summary>
    private static bool IsOf(string id, PredictionState state) => state.Id is null ? state.Status != KlingStatus.Unknown : state.Id == id;

    private TimeSpan Distance(LedgerRow row, Execution job) =>
        job.CreatedAt is { } at ? (at - (row.ServiceAhead ?? clock.Ahead ?? TimeSpan.Zero) - row.SentAt).Duration() : TimeSpan.MaxValue;

    private enum Likeness
    {
        Different,
        Untold,
        Alike,
        Same,
    }
}
