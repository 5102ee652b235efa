using System.Diagnostics.CodeAnalysis;
using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Finds the jobs of rows that the ledger does not know among those that the service lists: after a lost ledger, on a fresh machine, in a sandbox
/// without a disk. The list is read twice, <c>SettleDelay</c> apart, before the first row may be created, and each job is asked for once and adopted once.
/// </summary>
/// <param name="services">What the run works with.</param>
/// <param name="options">How far back, and what the user says.</param>
/// <param name="notices">Told how far it is.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is not used holds nothing that must be released.")]
internal sealed class BatchAdoption(CreateServices services, CreateOptions options, IProgress<Notice> notices)
{
    private const int GetsAtOnce = 8;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, PredictionState> _states = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private IReadOnlyList<Execution>? _jobs;
    private long _listedAt;
    private bool _listedTwice;

    /// <summary>Adopts the job of a row that the ledger does not know. Null: there is none, and the row may be created.</summary>
    /// <param name="intent">The row as it is written down.</param>
    /// <param name="files">Its local files.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KlingException">KlingCreateUnknown where it cannot be told; else why the service does not tell.</exception>
    public async Task<AdoptedRow?> FindAsync(RowIntent intent, RowFiles files, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await services.Service.EnsureClockAsync(cancellationToken).ConfigureAwait(false);
            _jobs ??= await ListAsync(cancellationToken).ConfigureAwait(false);
            if (await AdoptAsync(intent, files, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }

            if (_listedTwice)
            {
                return null;
            }

            // A job that was made moments ago may not have been listed yet.
            await WaitForSecondReadingAsync(cancellationToken).ConfigureAwait(false);
            _jobs = await ListAsync(cancellationToken).ConfigureAwait(false);
            _listedTwice = true;
            return await AdoptAsync(intent, files, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IReadOnlyList<Execution>> ListAsync(CancellationToken cancellationToken)
    {
        var now = services.Time.GetUtcNow() + (services.Clock.Ahead ?? TimeSpan.Zero);
        var jobs = await services.Executions.ReadSinceAsync(now - options.AdoptSince!.Value, cancellationToken).ConfigureAwait(false);
        _listedAt = services.Time.GetTimestamp();
        notices.Report(new Notice(NoticeLevel.Verbose, $"The service lists {jobs.Count} jobs since {now - options.AdoptSince.Value:u}: rows that the ledger does not know are searched for among them."));
        return jobs;
    }

    private async Task WaitForSecondReadingAsync(CancellationToken cancellationToken)
    {
        var left = services.SettleDelay - services.Time.GetElapsedTime(_listedAt);
        if (left > TimeSpan.Zero)
        {
            notices.Report(new Notice(NoticeLevel.Progress, $"The service's list is read again in {(int)Math.Round(left.TotalSeconds)} s, before the first row is created"));
            await Task.Delay(left, services.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<AdoptedRow?> AdoptAsync(RowIntent intent, RowFiles files, CancellationToken cancellationToken)
    {
        var candidates = await CandidatesAsync(intent.Model, cancellationToken).ConfigureAwait(false);
        var untold = candidates.Where(job => job.State?.Input is null).ToList();
        foreach (var (job, state) in candidates.Where(job => job.State?.Input is not null))
        {
            var isOwn = await new JobFiles(services, intent, files).IsSameAsync(state!.Input!, job.Id!, options.AdoptIds, cancellationToken).ConfigureAwait(false);
            // Where the row has local files, what was sent are their URLs.
            var sent = files.Files.Count == 0 ? intent : intent with { Input = state.Input!, InputHash = InputIdentity.JobHash(intent.Model, state.Input!) };
            if (isOwn && Take(sent, job, state) is { } adopted)
            {
                return adopted;
            }
        }

        return untold.Count == 0 ? null : throw AdoptErrors.Untold(untold[0].Job.Id, untold.Count);
    }

    private AdoptedRow? Take(RowIntent intent, Execution job, PredictionState state)
    {
        var createdAt = job.CreatedAt is { } at ? at - (services.Clock.Ahead ?? TimeSpan.Zero) : services.Time.GetUtcNow();
        _taken.Add(job.Id!);
        switch (services.Ledger.Required.AdoptNew(intent, job.Id!, createdAt))
        {
            case Reservation.Known(var other):
                _taken.Remove(job.Id!);
                return new AdoptedRow(other.Prediction, IsNew: false);
            case Reservation.Granted:
                var prediction = state.Update(
                    new KlingPrediction { Id = job.Id, Name = intent.Name, Batch = intent.Batch, Model = intent.Model, Input = intent.Input, CreatedAt = createdAt },
                    services.Time.GetUtcNow());
                services.Ledger.Required.Save(prediction);
                return new AdoptedRow(prediction, IsNew: true);
            default:
                return null;
        }
    }

    /// <summary>The jobs that may be of a model and that no row owns, those that did not fail first, then the oldest first.</summary>
    private async Task<List<(Execution Job, PredictionState? State)>> CandidatesAsync(string model, CancellationToken cancellationToken)
    {
        if (_jobs!.Any(job => job.Id is null && ExecutionList.MayBeOf(model, job)))
        {
            throw AdoptErrors.Untold(null, _jobs!.Count(job => job.Id is null));
        }

        var jobs = _jobs!.Where(job => !_taken.Contains(job.Id!) && ExecutionList.MayBeOf(model, job)).ToList();
        var owned = services.Ledger.Required.Owned([.. jobs.Select(job => job.Id!).Where(id => !_states.ContainsKey(id))]);
        _taken.UnionWith(owned);
        jobs.RemoveAll(job => owned.Contains(job.Id!));
        await ReadAsync([.. jobs.Where(job => !_states.ContainsKey(job.Id!))], cancellationToken).ConfigureAwait(false);
        return
        [
            .. jobs.Select(job => (job, State: _states.GetValueOrDefault(job.Id!)))
                .OrderBy(job => job.State?.Status is KlingStatus.Error or KlingStatus.Cancelled)
                .ThenBy(job => job.job.CreatedAt),
        ];
    }

    private async Task ReadAsync(List<Execution> jobs, CancellationToken cancellationToken)
    {
        var done = 0;
        var limit = new ParallelOptions { MaxDegreeOfParallelism = GetsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(jobs, limit, async (job, token) =>
        {
            var state = await services.Service.GetAsync(job.Id!, token).ConfigureAwait(false);
            lock (_states)
            {
                _states[job.Id!] = state;
            }

            notices.Report(new Notice(NoticeLevel.Progress, $"Comparing with what the service lists: {Interlocked.Increment(ref done)} of {jobs.Count} jobs read"));
        }).ConfigureAwait(false);
    }
}

/// <summary>A row that took a job which the service lists.</summary>
/// <param name="Prediction">The job, as the service tells it.</param>
/// <param name="IsNew">Whether it was adopted now; else the ledger knows the row by now.</param>
internal sealed record AdoptedRow(KlingPrediction Prediction, bool IsNew);
