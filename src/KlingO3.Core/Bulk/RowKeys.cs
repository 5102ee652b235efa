using System.Globalization;

namespace KlingO3.Bulk;

/// <summary>
/// The keys of a run's batch rows (<see cref="CanonicalRow"/>). Equal rows of a batch are told apart by their place among each other, so order does
/// not matter. A row that the ledger knows by a key of an older version is given its key of today, so that it is found by it.
/// </summary>
/// <param name="ledger">The ledger; null to look for no older keys.</param>
/// <param name="sendsUnknown">Whether a row is sent though a damaged one of an earlier build may be it.</param>
internal sealed class RowKeys(Func<ILedger>? ledger = null, bool sendsUnknown = false)
{
    private readonly Dictionary<string, Batch> _batches = new(StringComparer.Ordinal);

    /// <summary>The row in its batch as that was first typed: "spring " is the batch "Spring".</summary>
    /// <exception cref="KlingException">KlingLedgerUnavailable.</exception>
    public VideoRequest InBatch(VideoRequest request) => request.Batch is null ? request : request with { Batch = BatchOf(request.Batch).Name };

    /// <summary>The key of the run's next row.</summary>
    /// <param name="request">A row of a batch, with "sha256:…" in the place of its local files.</param>
    /// <exception cref="KlingException">KlingLedgerUnavailable; KlingCreateUnknown where a damaged row of an earlier build may be this one.</exception>
    public string Next(VideoRequest request)
    {
        var batch = BatchOf(request.Batch!);
        var first = CanonicalRow.Key(request, 0);
        var hash = UInt128.Parse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        lock (batch)
        {
            var place = batch.Places.GetValueOrDefault(hash);
            batch.Places[hash] = place + 1;
            var key = place == 0 ? first : CanonicalRow.Key(request, place);
            if (batch.Older.Count > 0 && Upgrade(ledger!(), batch, request, key) is { } known)
            {
                return known;
            }

            if (!sendsUnknown && batch.Older.Damaged is { } damaged && ledger!().Find(batch.Name, key) is null)
            {
                throw LedgerErrors.DamagedOlder(damaged, request.Name);
            }

            return key;
        }
    }

    /// <summary>The key of a row that the ledger may know by an older one: its own, or the one that stands for the older one. Null where it is not there.</summary>
    private static string? Upgrade(ILedger ledger, Batch batch, VideoRequest request, string key)
    {
        var matches = batch.Older.Find(request);
        if (matches.Count > 0 && ledger.Find(batch.Name, key) is not null)
        {
            return key;
        }

        foreach (var (row, isProved) in matches)
        {
            var now = row.KeptKey ?? (isProved ? ledger.UpgradeKey(batch.Name, key, row.Row) ? key : null : ledger.KeepKey(row.Row));
            if (now is not null)
            {
                batch.Older.Remove(row.Row);
                return now;
            }

            if (ledger.Find(batch.Name, key) is not null)
            {
                // Another process was quicker. The rows that are left may be the next equal ones.
                return key;
            }
        }

        return null;
    }

    private Batch BatchOf(string name)
    {
        var folded = NameFolding.Fold(name);
        lock (_batches)
        {
            if (!_batches.TryGetValue(folded, out var batch))
            {
                var open = ledger?.Invoke();
                _batches[folded] = batch = new Batch(open?.BatchName(name) ?? name, new OlderRows(open?.OlderRows(name) ?? []));
            }

            return batch;
        }
    }

    /// <param name="Name">As it was first typed.</param>
    /// <param name="Older">Its rows whose keys are of an older version.</param>
    private sealed record Batch(string Name, OlderRows Older)
    {
        public Dictionary<UInt128, int> Places { get; } = [];
    }
}
