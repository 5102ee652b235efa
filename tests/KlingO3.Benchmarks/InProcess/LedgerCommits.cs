using BenchmarkDotNet.Attributes;
using KlingO3.Bulk;
using KlingO3.Core.Tests;

namespace KlingO3.Benchmarks;

/// <summary>The two commits that paying once takes: the intent and the id, each on the disk before it returns.</summary>
public class LedgerCommits
{
    private static readonly Limits Limits = new(10, 100_000);
    private readonly TemporaryFolder _home = new();
    private SqliteLedger _ledger = null!;
    private int _row;
    private string _id = "";

    [GlobalSetup]
    public void Open() => _ledger = SqliteLedger.Open(_home.Path, "account", TimeProvider.System);

    [Benchmark(Description = "ledger, intent and id")]
    public void IntentAndId()
    {
        var intent = new RowIntent(Bench.Model, Bench.Row("a prompt of usual length, with a few words more").Input, $"hash-{++_row}") { Batch = "bench", Key = $"key-{_row}" };
        var granted = (Reservation.Granted)_ledger.Reserve(intent, Limits, retryFailed: false);
        _id = $"id-{_row}";
        _ledger.Accept(granted.Row, _id, DateTimeOffset.UtcNow);
    }

    /// <summary>The job ends: its slot is free.</summary>
    [IterationCleanup]
    public void End() => _ledger.Save(new KlingPrediction { Id = _id, Status = KlingStatus.Success });

    [GlobalCleanup]
    public void Close()
    {
        _ledger.Dispose();
        _home.Dispose();
    }
}
