using System.Collections.Concurrent;
using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>What became of a create whose answer was lost.</summary>
internal abstract record Settlement
{
    /// <summary>The job exists; the row owns it now.</summary>
    internal sealed record Adopted(string Id, DateTimeOffset CreatedAt) : Settlement;

    /// <summary>Nothing was created: the row may be sent.</summary>
    internal sealed record NotCreated : Settlement;

    /// <summary>It cannot be told. The row must not be sent.</summary>
    internal sealed record Unresolved(KlingException Why) : Settlement;
}

/// <summary>
/// Settles creates whose answer was lost, through the service's list of executions: the job that has the row's model and input, was made
/// in the row's window, and belongs to no row yet, is the row's. If none is there at two looks, apart, nothing was created.
/// </summary>
internal sealed class Settler(KlingService service, LedgerAccess ledger, ServiceClock clock, TimeSpan settleDelay, TimeProvider time)
{
    private const int LooksNeeded = 2;
    private const int MostPages = 100;

    /// <summary>Looks in a row that failed, each after the service's own retries.</summary>
    private const int MostFailures = 5;

    /// <summary>The service's clock is known to the second, and its answer may have been on the way for as long as an attempt lasts.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan After = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>The input of each job that was asked for: it never changes, and equal rows lost together look at the same jobs.</summary>
    private readonly ConcurrentDictionary<string, KlingInput> _jobs = new(StringComparer.Ordinal);

    /// <summary>Called while a look cannot be decided because an equal row is being sent: the process that sends it may be dead.</summary>
    public Action<IProgress<Notice>>? Stuck { get; set; }

    /// <summary>Settles one row, which this process owns.</summary>
    public async Task<Settlement> SettleAsync(LedgerRow row, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        notices.Report(new Notice(NoticeLevel.Verbose, $"The answer to the create of {Describe(row)} was lost: looking for the job at the service."));
        try
        {
            for (var looks = 1; ; looks++)
            {
                var look = await LookUntilItTellsAsync(row, notices, cancellationToken).ConfigureAwait(false);
                if (look is not Settlement.NotCreated || looks == LooksNeeded)
                {
                    return look;
                }

                await Task.Delay(settleDelay, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (KlingException error) when (error.ErrorId == KlingErrorId.CreateUnknown)
        {
            return new Settlement.Unresolved(error);
        }
        catch (KlingException error) when (error.ErrorId != KlingErrorId.LedgerUnavailable)
        {
            return new Settlement.Unresolved(ServiceErrors.CreateUnknown($"its answer was lost, and the list of executions cannot be had ({error.Message})", error.RequestId, error));
        }
    }

    /// <summary>Looks until it is decided. What may pass (an outage, an answer that a gateway made up) does not leave a row open at once.</summary>
    private async Task<Settlement> LookUntilItTellsAsync(LedgerRow row, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var pause = ShortDelay;
            try
            {
                await LearnTheTimeAsync(row, cancellationToken).ConfigureAwait(false);
                if (await LookAsync(row, cancellationToken).ConfigureAwait(false) is { } look)
                {
                    return look;
                }

                Stuck?.Invoke(notices);
            }
            catch (KlingException error) when (MayPass(error) && ++failures < MostFailures)
            {
                pause = settleDelay;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool MayPass(KlingException error) =>
        error.ErrorId is KlingErrorId.ServerError or KlingErrorId.NetworkError or KlingErrorId.RateLimited or KlingErrorId.BadResponse;

    /// <summary>The window is asked by the service's clock. Any answer tells it.</summary>
    private async Task LearnTheTimeAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        if (!clock.IsKnown)
        {
            var now = time.GetUtcNow();
            await service.ExecutionsAsync(row.Prediction.Model!, now, now, 0, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One look at the list. Null: not to be decided at this moment.</summary>
    private async Task<Settlement?> LookAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var unreadable = 0;
        string? alike = null;

        // By the defaults of now on both sides: those of the version that wrote the row may have been others.
        var model = row.Prediction.Model!;
        var wanted = InputIdentity.JobHash(model, row.Prediction.Input!);
        foreach (var job in await CandidatesAsync(row, cancellationToken).ConfigureAwait(false))
        {
            var input = await InputAsync(job.Id, cancellationToken).ConfigureAwait(false);
            if (input is null)
            {
                unreadable++;
            }
            else if (InputIdentity.JobHash(model, input) == wanted)
            {
                var createdAt = job.CreatedAt is { } at ? at - clock.Ahead : row.SentAt;
                return ledger.Required.Adopt(row.Row, job.Id, createdAt) ? new Settlement.Adopted(job.Id, createdAt) : null;
            }
            else if (InputIdentity.IsAlike(model, row.Prediction.Input!, input))
            {
                alike ??= job.Id;
            }
        }

        return (unreadable, alike) switch
        {
            (0, null) => new Settlement.NotCreated(),
            (_, { } id) => new Settlement.Unresolved(ServiceErrors.CreateUnknown($"its answer was lost, and prediction {id}, made at that time, has almost the same input", null)),
            _ => new Settlement.Unresolved(ServiceErrors.CreateUnknown($"its answer was lost, and the service does not tell the input of {unreadable} job(s) made at that time", null)),
        };
    }

    /// <summary>The jobs of the row's window that no row owns, oldest first.</summary>
    private async Task<IEnumerable<Execution>> CandidatesAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var (from, to) = Window(row);
        var jobs = new Dictionary<string, Execution>(StringComparer.Ordinal);
        for (var page = 0; ; page++)
        {
            if (page == MostPages)
            {
                throw ServiceErrors.CreateUnknown($"its answer was lost, and more than {MostPages * KlingService.PageSize} jobs were made at that time", null);
            }

            var found = await service.ExecutionsAsync(row.Prediction.Model!, from, to, page * KlingService.PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var job in found.Rows.Where(job => job.Model is null || job.Model == row.Prediction.Model))
            {
                jobs[job.Id] = job;
            }

            if (found.Count < KlingService.PageSize)
            {
                break;
            }
        }

        var owned = ledger.Required.Owned(jobs.Keys);
        return jobs.Values.Where(job => !owned.Contains(job.Id)).OrderBy(job => job.CreatedAt);
    }

    /// <summary>
    /// When the row's job can have been made, by the service's clock. A machine that slept in the middle of a create may have sent it long
    /// after it meant to.
    /// </summary>
    private (DateTimeOffset From, DateTimeOffset To) Window(LedgerRow row)
    {
        var ahead = row.ServiceAhead != TimeSpan.Zero ? row.ServiceAhead : clock.Ahead;
        var to = row.SentAt + After;
        var lost = (row.LostAt ?? row.SentAt) + Before;
        return (row.SentAt - Before + ahead, (lost > to ? lost : to) + ahead);
    }

    private async Task<KlingInput?> InputAsync(string id, CancellationToken cancellationToken)
    {
        if (_jobs.TryGetValue(id, out var known))
        {
            return known;
        }

        var state = await service.GetAsync(id, cancellationToken).ConfigureAwait(false);
        return state.Input is null ? null : _jobs.GetOrAdd(id, state.Input);
    }

    private static string Describe(LedgerRow row) => row.Prediction.Name is { } name ? $"'{name}'" : $"row {row.Row}";
}
