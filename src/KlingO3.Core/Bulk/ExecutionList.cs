using KlingO3.Input;
using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Reads the service's list of executions whole. The service's filters are not relied on: it is asked for a day more than the window, and for
/// every model; what may be a row's job is decided here.
/// </summary>
internal sealed class ExecutionList(KlingService service)
{
    private const int MaxPages = 100;
    private static readonly TimeSpan FilterMargin = TimeSpan.FromDays(1);

    /// <summary>What the list shows of a window, for a model.</summary>
    /// <exception cref="KlingException">KlingCreateUnknown: the list cannot be read whole. Else why the service does not tell.</exception>
    public async Task<ExecutionView> ReadAsync(string model, ExecutionWindow window, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(window.From - FilterMargin, null, cancellationToken).ConfigureAwait(false)
            ?? await ReadAsync(window.From, window.To, cancellationToken).ConfigureAwait(false)
            ?? throw TooMany();
        if (rows.Count == 0)
        {
            // A filter that hides everything is no proof: without one the service shows what it has.
            rows = await ReadAsync(null, null, cancellationToken).ConfigureAwait(false) ?? throw TooMany();
        }

        var inWindow = rows.Where(window.Contains).ToList();
        return new ExecutionView(
            [.. inWindow.Where(row => row.Id is not null && MayBeOf(model, row))],
            [.. rows.Where(row => row.Id is not null && MayBeOf(model, row) && !window.Contains(row) && window.Widened.Contains(row))],
            inWindow.Count(row => row.Id is null),
            rows.Select(row => row.Id).OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Every job since a time, by the service's clock, newest first.</summary>
    /// <exception cref="KlingException">KlingCreateUnknown: the list cannot be read whole. Else why the service does not tell.</exception>
    public async Task<IReadOnlyList<Execution>> ReadSinceAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(from, null, cancellationToken).ConfigureAwait(false) ?? throw TooMany()).Where(row => row.CreatedAt is not { } at || at >= from)];

    private static KlingException TooMany() => SettleErrors.NotWhole($"it has more than {MaxPages * KlingService.PageSize} jobs of that time");

    /// <summary>Every row from one time to another; null where there are more than can be read.</summary>
    private async Task<List<Execution>?> ReadAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var rows = new List<Execution>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        int? total = null;
        for (int page = 0, offset = 0; page < MaxPages; page++)
        {
            var (found, isEnd) = await PageAsync(from, to, offset, total, cancellationToken).ConfigureAwait(false);

            // Jobs that are made meanwhile come on top: what the first page told is what must be seen.
            total ??= found.Total;
            if (isEnd)
            {
                return rows.Count >= (total ?? 0) ? rows : throw SettleErrors.NotWhole($"it tells of {total} jobs and shows {rows.Count}");
            }

            var fresh = found.Rows.Where(row => row.Id is null || ids.Add(row.Id)).ToList();
            if (page > 0 && fresh.All(row => row.Id is null))
            {
                // The same page again, as from a service that ignores the offset: that is the end only where it says how many there are.
                return rows.Count == total ? rows : throw SettleErrors.NotWhole("it shows the same page again and again");
            }

            rows.AddRange(fresh);
            offset += found.Rows.Count;
        }

        return null;
    }

    /// <summary>One page, and whether the list ended before it. Some services refuse an offset behind the end.</summary>
    private async Task<(ExecutionPage Page, bool IsEnd)> PageAsync(DateTimeOffset? from, DateTimeOffset? to, int offset, int? total, CancellationToken cancellationToken)
    {
        try
        {
            var page = await service.ExecutionsAsync(from, to, offset, cancellationToken).ConfigureAwait(false);
            return (page, page.Rows.Count == 0);
        }
        catch (KlingException error) when (offset > 0 && offset >= total && error.ErrorId is KlingErrorId.InvalidInput or KlingErrorId.NotFound)
        {
            return (new ExecutionPage([], total), true);
        }
    }

    /// <summary>Only another model of the catalog, called by its own name, is surely not the row's: the service may name a model in many ways.</summary>
    public static bool MayBeOf(string model, Execution row) =>
        row.Models.Count == 0
        || row.Models.Any(name => string.Equals(name, model, StringComparison.OrdinalIgnoreCase))
        || row.Models.Any(name => ModelCatalog.Find(name) is null);
}

/// <summary>What the list of executions shows of a window.</summary>
/// <param name="Candidates">The jobs that may be the row's.</param>
/// <param name="Outside">The jobs of the model that were made up to a day before or after the window.</param>
/// <param name="Unreadable">How many rows have no id that can be read.</param>
/// <param name="Ids">Every id in the list, of whatever time and model.</param>
internal sealed record ExecutionView(IReadOnlyList<Execution> Candidates, IReadOnlyList<Execution> Outside, int Unreadable, IReadOnlySet<string> Ids);
