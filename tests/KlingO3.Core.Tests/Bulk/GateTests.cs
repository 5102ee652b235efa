using System.Collections.Concurrent;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>The gate alone, with a ledger and a watcher, before a service of which only the jobs matter. A second is fifty.</summary>
public sealed class GateTests : IAsyncLifetime
{
    private const int TimesAsFast = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ScaledTime _time = new(TimesAsFast);
    private readonly TemporaryFolder _home = new();
    private readonly ConcurrentDictionary<string, string> _jobs = new();
    private readonly ConcurrentQueue<Notice> _notices = new();
    private readonly RawServer _server;
    private readonly HttpPipelines _http;
    private readonly LedgerAccess _ledger;
    private readonly PredictionWatcher _watcher;
    private Collector? _run;

    public GateTests()
    {
        _server = new RawServer(call => _jobs.TryGetValue(call.Request.Target.Split('/')[^1], out var body) ? call.AnswerAsync(200, body) : call.AnswerAsync(404));
        _http = new HttpPipelines(new ConnectionOptions { ApiKey = "sim-key", BaseUri = _server.Uri }, new ExchangeLog(), _time);
        _ledger = new LedgerAccess(() => SqliteLedger.Open(_home.Path, "account", _time), () => true);
        _watcher = new PredictionWatcher(new KlingService(_http.Service(), new ServiceClock(_time), _time), _ledger, Interval, _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        _ledger.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task As_many_enter_as_there_are_slots_and_in_the_order_in_which_they_came()
    {
        using var gate = Gate(10, 100);
        var entered = new ConcurrentQueue<int>();
        using var cancel = new CancellationTokenSource();
        var entries = Enumerable.Range(0, 15).Select(n => EnterAsync(gate, n, entered, cancel.Token)).ToList();

        await Until.TrueAsync(() => entered.Count >= 10);
        await Task.Delay(200, Cancel);

        Assert.Equal(Enumerable.Range(0, 10), entered);
        await cancel.CancelAsync();
        await Task.WhenAll(entries.Skip(10).Select(entry => Assert.ThrowsAnyAsync<OperationCanceledException>(() => entry)));
        Assert.Equal(10, _ledger.Required.List(new PredictionQuery()).Count());
    }

    [Fact]
    public async Task A_slot_whose_job_has_ended_is_found_free_and_nothing_is_asked_when_nobody_waits_at_the_gate()
    {
        using var gate = Gate(2, 100);
        await AcceptAsync(gate, 0, "p-0");
        await AcceptAsync(gate, 1, "p-1");
        var third = EnterAsync(gate, 2);
        await Until.TrueAsync(() => _server.Requests.Count >= 4);
        Assert.False(third.IsCompleted);

        _jobs["p-1"] = """{"status":"success","output":"https://x/y.mp4"}""";

        await third.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(KlingStatus.Success, _ledger.Required.Find("p-1")?.Prediction.Status);
        await Task.Delay(30, Cancel);
        var before = _server.Requests.Count;
        await Task.Delay(Interval * 6 / TimesAsFast, Cancel);
        Assert.Equal(before, _server.Requests.Count);
    }

    [Fact]
    public async Task While_rows_go_through_one_by_one_each_job_is_still_looked_at_once_an_interval()
    {
        using var gate = Gate(8, 1000);
        var began = _time.GetTimestamp();
        for (var n = 0; n < 8; n++)
        {
            await AcceptAsync(gate, n, $"p-{n}");
        }

        // Every two seconds a job ends, and another takes its place: seven stay as they are.
        for (var n = 8; n < 28; n++)
        {
            var next = AcceptAsync(gate, n, $"p-{n}");
            await Task.Delay(TimeSpan.FromSeconds(2) / TimesAsFast, Cancel);
            _jobs[$"p-{n - 8}"] = """{"status":"error"}""";
            await next.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        }

        // One more look each, for the first and the last are not whole intervals.
        Assert.InRange(_server.Requests.Count, 20, (8 * (_time.GetElapsedTime(began) / Interval)) + 28);
    }

    [Fact]
    public async Task While_those_who_wait_for_a_slot_come_and_go_young_jobs_are_still_looked_at_seldom()
    {
        for (var n = 0; n < 30; n++)
        {
            _ledger.Required.Save(new KlingPrediction { Id = $"known-{n}", Model = "m", Status = KlingStatus.Success, PredictTime = 1000, CreatedAt = _time.GetUtcNow(), CompletedAt = _time.GetUtcNow().AddHours(1) });
        }

        using var gate = Gate(8, 1000);
        for (var n = 0; n < 8; n++)
        {
            await AcceptAsync(gate, n, $"p-{n}");
        }

        for (var n = 8; n < 18; n++)
        {
            using var cancel = new CancellationTokenSource();
            var entry = EnterAsync(gate, n, null, cancel.Token);
            await Task.Delay(2 * Interval / TimesAsFast, Cancel);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entry);
        }

        // Each at its first interval, and not again before two minutes are over.
        Assert.InRange(_server.Requests.Count, 8, 16);
    }

    [Fact]
    public async Task A_job_that_the_service_does_not_show_yet_keeps_its_slot()
    {
        using var gate = Gate(1, 100);
        await AcceptAsync(gate, 0, "p-0");
        _jobs.Clear();
        using var cancel = new CancellationTokenSource();

        var second = EnterAsync(gate, 1, null, cancel.Token);
        await Until.TrueAsync(() => _server.Requests.Count >= 2);

        Assert.False(second.IsCompleted);
        Assert.Equal(KlingStatus.Created, _ledger.Required.Find("p-0")?.Prediction.Status);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task The_minute_that_is_full_is_waited_for_and_no_longer()
    {
        using var gate = Gate(100, 3);
        var began = _time.GetTimestamp();
        for (var n = 0; n < 3; n++)
        {
            await EnterAsync(gate, n);
        }

        await EnterAsync(gate, 3);

        Assert.InRange(_time.GetElapsedTime(began).TotalSeconds, 59.9, 75);
    }

    [Fact]
    public async Task A_pause_holds_everyone_says_why_once_and_ends()
    {
        using var gate = Gate(100, 1000);
        var began = _time.GetTimestamp();
        gate.Pause(new KlingException(KlingErrorId.RateLimited, "x", "y") { RetryAfter = TimeSpan.FromSeconds(40), ServiceMessage = "slow down" }, Notices());

        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => EnterAsync(gate, n)));

        Assert.InRange(_time.GetElapsedTime(began).TotalSeconds, 39.9, 55);
        var warning = Assert.Single(_notices, notice => notice.Level == NoticeLevel.Warning);
        Assert.Contains("slow down", warning.Message, StringComparison.Ordinal);
        Assert.Contains("40 s", warning.Message, StringComparison.Ordinal);
        Assert.Single(_notices, notice => notice.Level == NoticeLevel.Verbose);
    }

    [Fact]
    public async Task One_that_gives_up_lets_the_next_one_through_and_leaves_nothing_behind()
    {
        using var gate = Gate(1, 100);
        await AcceptAsync(gate, 0, "p-0");
        using var cancel = new CancellationTokenSource();
        var gaveUp = EnterAsync(gate, 1, null, cancel.Token);
        var next = EnterAsync(gate, 2);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        _jobs["p-0"] = """{"status":"cancelled"}""";
        await next.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal(["row 2", "row 0"], _ledger.Required.List(new PredictionQuery()).Select(row => row.Prediction.Name));
    }

    [Fact]
    public async Task A_row_that_waited_for_its_slot_is_written_down_with_the_service_s_clock_as_it_is_then()
    {
        using var gate = Gate(1, 100);
        await AcceptAsync(gate, 0, "p-0");
        TimeSpan? ahead = null;
        var waiting = gate.EnterAsync(() => new RowIntent("m", new KlingInput { ["prompt"] = "row 1" }, "1") { ServiceAhead = ahead }, retryFailed: false, Notices(), Cancel);
        await Until.TrueAsync(() => _server.Requests.Count >= 2);
        ahead = TimeSpan.FromHours(1);

        _jobs["p-0"] = """{"status":"success","output":"https://x/y.mp4"}""";

        var granted = Assert.IsType<Reservation.Granted>(await waiting.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.Equal(TimeSpan.FromHours(1), _ledger.Required.Get(granted.Row).ServiceAhead);
    }

    private CreateGate Gate(int slots, int perMinute) => new(_ledger, new Limits(slots, perMinute), _watcher, Interval, _time);

    private Collector Notices() => _run ??= new(_notices);

    private Task<Reservation> EnterAsync(CreateGate gate, int n) => EnterAsync(gate, n, null, Cancel);

    private async Task<Reservation> EnterAsync(CreateGate gate, int n, ConcurrentQueue<int>? entered, CancellationToken cancel)
    {
        var input = new KlingInput { ["prompt"] = $"row {n}" };
        var reservation = await gate.EnterAsync(() => new RowIntent("m", input, $"{n}") { Name = $"row {n}" }, retryFailed: false, Notices(), cancel);
        entered?.Enqueue(n);
        return Assert.IsType<Reservation.Granted>(reservation);
    }

    /// <summary>Enters, and the service takes the job.</summary>
    private async Task AcceptAsync(CreateGate gate, int n, string id)
    {
        var granted = Assert.IsType<Reservation.Granted>(await EnterAsync(gate, n));
        _jobs[id] = """{"status":"processing"}""";
        _ledger.Required.Accept(granted.Row, id, _time.GetUtcNow());
    }

    private sealed class Collector(ConcurrentQueue<Notice> notices) : IProgress<Notice>
    {
        public void Report(Notice value) => notices.Enqueue(value);
    }
}
