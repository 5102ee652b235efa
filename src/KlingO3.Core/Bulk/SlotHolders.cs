using System.Collections.Concurrent;

namespace KlingO3.Bulk;

/// <summary>Describes what holds the slots of an account: how many jobs, the oldest, their batches, and whether this process created them. Thread-safe.</summary>
internal sealed class SlotHolders(LedgerAccess ledger, int maxConcurrent)
{
    private const int MaxNamedBatches = 3;

    private readonly ConcurrentDictionary<long, bool> _own = new();

    /// <summary>A row of this process got a slot.</summary>
    public void Add(long row) => _own[row] = true;

    /// <summary>One or more sentences.</summary>
    /// <param name="jobs">What is in flight.</param>
    /// <param name="byCost">Whether it is a limit on the cost that leaves no room for another row.</param>
    public string Describe(IReadOnlyList<KlingPrediction> jobs, bool byCost)
    {
        var rows = byCost ? 0 : maxConcurrent - jobs.Count;
        var counts = Count(jobs.Count, "job runs", "jobs run") + (rows > 0 ? $" and {Count(rows, "row is", "rows are")} being sent or settled" : "");
        var limit = byCost ? "-MaxCost leaves no room for another row before one ends" : $"Connect-Kling -MaxConcurrent {maxConcurrent}";
        return jobs.Count == 0 ? $"{counts} ({limit})." : $"{counts} ({limit}): {Batches(jobs)}{Origin(jobs)}. {Oldest(jobs)}";
    }

    private static string Oldest(IReadOnlyList<KlingPrediction> jobs)
    {
        var oldest = jobs.OrderBy(job => job.CreatedAt ?? DateTimeOffset.MaxValue).First();
        var name = oldest.Name is null ? oldest.Id : $"'{oldest.Name}' ({oldest.Id})";
        return oldest.CreatedAt is { } created
            ? FormattableString.Invariant($"The oldest is {name}, created {created.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.")
            : $"One is {name}, of unknown age.";
    }

    /// <summary><c>7 of batch 'spring', 3 of no batch</c>.</summary>
    private static string Batches(IReadOnlyList<KlingPrediction> jobs)
    {
        var batches = jobs.GroupBy(job => job.Batch).OrderByDescending(batch => batch.Count()).ToList();
        var named = batches.Take(MaxNamedBatches).Select(batch => $"{batch.Count()} of {(batch.Key is null ? "no batch" : $"batch '{batch.Key}'")}");
        return string.Join(", ", batches.Count > MaxNamedBatches ? named.Append($"{batches.Skip(MaxNamedBatches).Sum(batch => batch.Count())} of others") : named);
    }

    private string Origin(IReadOnlyList<KlingPrediction> jobs)
    {
        var foreign = jobs.Count(job => ledger.Try(open => open.Find(job.Id!), null) is not { } row || !_own.ContainsKey(row.Row));
        return foreign switch
        {
            0 => "; this session created them",
            _ when foreign == jobs.Count => "; another process or an earlier run created them",
            _ => $"; another process or an earlier run created {foreign} of them",
        };
    }

    private static string Count(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
