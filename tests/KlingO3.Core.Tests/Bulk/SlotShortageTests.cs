using System.Collections.Concurrent;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>How long rows wait for a slot, on a clock that only the test moves; and once through the whole engine.</summary>
public sealed class SlotShortageTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 13, 20, 0, TimeSpan.Zero));
    private readonly TemporaryFolder _home = new();
    private readonly Run _run = new();
    private readonly RawServer _server;
    private readonly HttpPipelines _http;
    private readonly LedgerAccess _ledger;
    private readonly PredictionWatcher _watcher;
    private readonly SlotShortage _shortage;
    private string _answer = """{"status":"processing"}""";

    public SlotShortageTests()
    {
        _server = new RawServer(call => call.AnswerAsync(200, _answer));
        _http = new HttpPipelines(new ConnectionOptions { ApiKey = "sim-key", BaseUri = _server.Uri }, new ExchangeLog(), _time);
        _ledger = new LedgerAccess(() => SqliteLedger.Open(_home.Path, "account", _time), () => true);
        _watcher = new PredictionWatcher(new KlingService(_http.Service(), new ServiceClock(_time), _time), _ledger, TimeSpan.FromSeconds(5), _time);
        _shortage = new SlotShortage(new SlotHolders(_ledger, maxConcurrent: 3), _watcher, _time);
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
    public void A_run_is_warned_after_30_s_and_then_every_10_minutes()
    {
        using var wait = Begin(_run);
        Pass(wait, TimeSpan.FromSeconds(29));
        Assert.Empty(_run.Warnings);

        Pass(wait, TimeSpan.FromSeconds(1));
        Assert.Single(_run.Warnings);
        Pass(wait, TimeSpan.FromMinutes(9.9));
        Assert.Single(_run.Warnings);
        Pass(wait, TimeSpan.FromMinutes(0.2));
        Assert.Equal(2, _run.Warnings.Count);
        Pass(wait, TimeSpan.FromMinutes(40));
        Assert.Equal(6, _run.Warnings.Count);
    }

    [Fact]
    public void The_warning_names_what_runs_since_when_and_whose_it_is()
    {
        using var earlier = Begin(new Run());
        earlier.Granted(Accept("p-1", "spring", "row 1"));
        _time.Advance(TimeSpan.FromMinutes(2));
        earlier.Granted(Accept("p-2", "spring", null));
        Accept("p-3", null, "foreign");
        using var wait = Begin(_run);

        Pass(wait, TimeSpan.FromSeconds(30), _ledger.Required.InFlight());

        var warning = Assert.Single(_run.Warnings);
        Assert.StartsWith(
            "No slot has come free for 30 s, and rows wait. 3 jobs run (Connect-Kling -MaxConcurrent 3): 2 of batch 'spring', 1 of no batch; another process or an earlier run created 1 of them. The oldest is 'row 1' (p-1), created 2026-11-25 13:20:00 UTC.",
            warning.Message,
            StringComparison.Ordinal);
        Assert.Equal("no free slot since 13:22 UTC", warning.Status);
    }

    [Fact]
    public void Rows_that_are_being_sent_or_settled_are_named_where_they_hold_slots()
    {
        using var wait = Begin(_run);

        Pass(wait, TimeSpan.FromSeconds(30), []);

        Assert.Contains("0 jobs run and 3 rows are being sent or settled", Assert.Single(_run.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_on_the_cost_is_named_where_it_holds_the_rows_back()
    {
        using var wait = Begin(_run);
        _time.Advance(TimeSpan.FromSeconds(30));

        wait.Check(Jobs("p-1"), byCost: true);

        Assert.Contains("1 job runs (-MaxCost leaves no room for another row before one ends)", Assert.Single(_run.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_rows_get_their_slots_in_turn_is_warned_only_once()
    {
        for (var row = 0; row < 20; row++)
        {
            using var wait = Begin(_run);
            Pass(wait, TimeSpan.FromMinutes(5));
            wait.Granted(row);
        }

        Assert.Single(_run.Warnings);
    }

    [Fact]
    public void The_status_of_the_progress_ends_with_the_wait()
    {
        var wait = Begin(_run);
        Pass(wait, TimeSpan.FromMinutes(1));
        Assert.NotEqual("", _run.Status);

        wait.Dispose();

        Assert.Equal("", _run.Status);
    }

    [Fact]
    public void Every_run_that_waits_is_warned_and_not_only_the_one_whose_turn_it_is()
    {
        var second = new Run();
        using var wait = Begin(_run);
        Pass(wait, TimeSpan.FromSeconds(20));
        using var behind = Begin(second);

        Pass(wait, TimeSpan.FromSeconds(20));
        Assert.Empty(second.Warnings);
        Pass(wait, TimeSpan.FromSeconds(10));

        Assert.Single(_run.Warnings);
        Assert.Single(second.Warnings);
    }

    [Fact]
    public void Without_a_free_slot_for_an_hour_the_wait_ends_with_KlingTimeout()
    {
        using var wait = Begin(_run);
        Pass(wait, TimeSpan.FromMinutes(59.9));

        var error = Assert.Throws<KlingException>(() => Pass(wait, TimeSpan.FromMinutes(0.1)));

        Assert.Equal(KlingErrorId.Timeout, error.ErrorId);
        Assert.StartsWith("No slot came free for 60 min. 1 job runs and 2 rows are being sent or settled", error.Message, StringComparison.Ordinal);
        Assert.Contains("Stop-KlingPrediction", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_jobs_usually_take_longer_the_wait_lasts_three_times_as_long_as_they_do()
    {
        var created = _time.GetUtcNow();
        for (var n = 0; n < 10; n++)
        {
            _ledger.Required.Save(new KlingPrediction { Id = $"known-{n}", Model = "m", Status = KlingStatus.Success, PredictTime = 2400, CreatedAt = created, CompletedAt = created.AddMinutes(40) });
        }

        using var wait = Begin(_run);
        Pass(wait, TimeSpan.FromMinutes(119.9));

        Assert.Throws<KlingException>(() => Pass(wait, TimeSpan.FromMinutes(0.2)));
    }

    [Fact]
    public void A_slot_that_came_free_and_that_another_process_took_begins_the_hour_anew()
    {
        using var wait = Begin(_run);
        Pass(wait, TimeSpan.FromMinutes(50));
        Pass(wait, TimeSpan.FromMinutes(1), Jobs("next"));
        Pass(wait, TimeSpan.FromMinutes(58), Jobs("next"));

        Assert.Throws<KlingException>(() => Pass(wait, TimeSpan.FromMinutes(2), Jobs("next")));
    }

    [Fact]
    public void A_pause_of_all_creates_and_a_suspended_machine_do_not_count()
    {
        using var wait = Begin(_run);
        Pass(wait, TimeSpan.FromMinutes(50));
        _time.Advance(TimeSpan.FromHours(8));
        Pass(wait, TimeSpan.FromMinutes(5));
        wait.Restart();
        Pass(wait, TimeSpan.FromMinutes(55));

        Assert.Throws<KlingException>(() => Pass(wait, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void A_row_that_begins_to_wait_has_its_own_hour()
    {
        using var first = Begin(_run);
        Pass(first, TimeSpan.FromMinutes(50));
        using var second = Begin(new Run());
        Pass(second, TimeSpan.FromMinutes(59));

        Assert.Throws<KlingException>(() => Pass(first, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task While_no_poll_is_answered_up_to_an_hour_does_not_count()
    {
        _answer = "<html>";
        _watcher.LookAfter(Jobs("p-1"), Cancel);
        await Until.TrueAsync(() => _watcher.IsUnreachable);
        using var wait = Begin(_run);
        Pass(wait, TimeSpan.FromMinutes(119));

        Assert.Throws<KlingException>(() => Pass(wait, TimeSpan.FromMinutes(1.1)));
    }

    [Fact]
    public async Task Rows_behind_jobs_that_never_end_are_not_sent_and_the_run_ends_with_one_error()
    {
        await using var workshop = await Workshop.OpenAsync();
        var other = workshop.Client(options => options with { MaxConcurrent = 1 });
        await workshop.CreateAsync(other, [Workshop.Row("[never]", "autumn", "stuck")]);
        var client = workshop.Client(options => options with { MaxConcurrent = 1, PollInterval = TimeSpan.FromMinutes(1) }, new ScaledTime(1200));
        var run = workshop.Run(client);

        var tickets = Enumerable.Range(0, 3).Select(n => run.Submit(Workshop.Row($"row {n}", "spring"), Cancel)).ToList();
        var results = await Task.WhenAll(tickets.Select(ticket => ticket.Result)).WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.All(results, result => Assert.Equal(CreateOutcome.NotSent, result.Outcome));
        Assert.Equal((KlingErrorId.Timeout, 3), (run.Stopped?.ErrorId, run.NotSent));
        Assert.Contains("1 job runs (Connect-Kling -MaxConcurrent 1): 1 of batch 'autumn'; another process or an earlier run created them. The oldest is 'stuck'", run.Stopped!.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await workshop.StateAsync()).GetProperty("creates").GetInt32());
        Assert.Empty(client.List(new PredictionQuery { Batch = "spring" }));
        Assert.InRange(workshop.Notices.Count(notice => notice.Level == NoticeLevel.Warning && notice.Status is not null), 3, 7);
    }

    private SlotWait Begin(Run run)
    {
        var wait = _shortage.Begin(run);
        wait.Resume();
        return wait;
    }

    /// <summary>Time passes as it does at the gate, where slots are asked for every second.</summary>
    private void Pass(SlotWait wait, TimeSpan span, IReadOnlyList<KlingPrediction>? jobs = null)
    {
        var step = TimeSpan.FromSeconds(1);
        for (var left = span; left > TimeSpan.Zero; left -= step)
        {
            _time.Advance(left < step ? left : step);
            wait.Check(jobs ?? Jobs("p-1"));
        }
    }

    private KlingPrediction[] Jobs(string id) => [new() { Id = id, Model = "m", CreatedAt = _time.GetUtcNow().AddDays(-1) }];

    /// <summary>A row that the service took, as the ledger has it.</summary>
    private long Accept(string id, string? batch, string? name)
    {
        var intent = new RowIntent("m", new KlingInput { ["prompt"] = id }, id) { Name = name, Batch = batch };
        var granted = Assert.IsType<Reservation.Granted>(_ledger.Required.Reserve(intent, new Limits(100, 100), retryFailed: false));
        _ledger.Required.Accept(granted.Row, id, _time.GetUtcNow());
        return granted.Row;
    }

    private sealed class Run : IProgress<Notice>
    {
        private readonly ConcurrentQueue<Notice> _notices = new();

        public List<Notice> Warnings => [.. _notices.Where(notice => notice.Level == NoticeLevel.Warning)];

        public string? Status => _notices.LastOrDefault(notice => notice.Status is not null).Status;

        public void Report(Notice value) => _notices.Enqueue(value);
    }
}
