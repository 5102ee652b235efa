using System.Collections.Concurrent;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Service;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Pauses that the service asks for: how long they may be, what is stored of them, and who is warned.</summary>
public sealed class PauseTests : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryFolder _home = new();
    private readonly HttpPipelines _http;
    private readonly LedgerAccess _ledger;
    private readonly PredictionWatcher _watcher;
    private int _rows;

    public PauseTests()
    {
        _http = new HttpPipelines(new ConnectionOptions { ApiKey = "sim-key", BaseUri = new Uri("http://127.0.0.1:9/v1") }, new ExchangeLog(), _time);
        _ledger = Open();
        _watcher = new PredictionWatcher(new KlingService(_http.Service(), new ServiceClock(_time), _time), _ledger, TimeSpan.FromSeconds(5), _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        _ledger.Dispose();
        _http.Dispose();
        _home.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("999999999")]
    [InlineData("99999999999999999999")]
    [InlineData("Thu, 31 Dec 2099 23:59:59 GMT")]
    public async Task A_429_that_asks_for_years_pauses_creates_for_15_minutes_and_the_same_row_is_then_created(string retryAfter)
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "429", retryAfter });
        var creating = shop.CreateAsync(shop.Client(time: _time), [Workshop.Row("one")]);

        await Until.TrueAsync(() => shop.Notices.Any(notice => notice.Message.Contains("creates are paused", StringComparison.Ordinal)));
        await AdvanceAsync(Longest - TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
        await AdvanceAsync(TimeSpan.FromSeconds(1));

        var outcome = Assert.Single(await creating.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.Equal(CreateOutcome.Created, Assert.IsType<CreateResult>(outcome).Outcome);
        Assert.Equal((2, 1), ((await shop.StateAsync()).Number("createCalls"), (await shop.StateAsync()).Number("creates")));
    }

    [Fact]
    public async Task A_stored_pause_that_lies_years_ahead_counts_as_15_minutes_from_when_it_is_read_and_is_corrected()
    {
        Store(_time.GetUtcNow().AddYears(70).ToUnixTimeMilliseconds());
        using var gate = Gate();
        var entering = EnterAsync(gate, new Collector());

        await Until.TrueAsync(() => Stored() == (_time.GetUtcNow() + Longest).ToUnixTimeMilliseconds());
        await AdvanceAsync(Longest - TimeSpan.FromSeconds(1));
        Assert.False(entering.IsCompleted);
        await AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.IsType<Reservation.Granted>(await entering.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    [Fact]
    public async Task A_stored_pause_beyond_any_date_ends_too()
    {
        Store(long.MaxValue);
        using var gate = Gate();
        var entering = EnterAsync(gate, new Collector());

        await Until.TrueAsync(() => Stored() < long.MaxValue);
        await AdvanceAsync(Longest);

        Assert.IsType<Reservation.Granted>(await entering.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    [Fact]
    public void What_is_written_down_is_no_longer_than_15_minutes_whatever_is_asked()
    {
        Assert.Equal(Longest, _ledger.Required.Pause(TimeSpan.MaxValue, TimeSpan.FromSeconds(90), "busy"));
        Assert.Equal((_time.GetUtcNow() + Longest).ToUnixTimeMilliseconds(), Stored());
    }

    [Fact]
    public async Task A_pause_of_another_process_is_warned_of_once_with_its_length_and_reason()
    {
        using var other = Open();
        other.Required.Pause(TimeSpan.FromSeconds(300), Longest, "quota of the hour");
        using var gate = Gate();
        var run = new Collector();

        var entering = Enumerable.Range(0, 5).Select(_ => EnterAsync(gate, run)).ToList();
        await Until.TrueAsync(() => !run.Notices.IsEmpty);
        await AdvanceAsync(TimeSpan.FromSeconds(300));
        await Task.WhenAll(entering).WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        var warning = Assert.Single(run.Notices, notice => notice.Level == NoticeLevel.Warning).Message;
        Assert.Contains("300 s", warning, StringComparison.Ordinal);
        Assert.Contains("quota of the hour", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_of_an_earlier_run_of_the_same_process_is_warned_of_too()
    {
        using var gate = Gate();
        var (earlier, run) = (new Collector(), new Collector());
        gate.Pause(new KlingException(KlingErrorId.RateLimited, "x", "y") { RetryAfter = TimeSpan.FromSeconds(60) }, earlier);
        await AdvanceAsync(TimeSpan.FromSeconds(20));

        var entering = EnterAsync(gate, run);
        await Until.TrueAsync(() => !run.Notices.IsEmpty);
        await AdvanceAsync(TimeSpan.FromSeconds(40));
        await entering.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Contains("another 40 s", Assert.Single(run.Notices, notice => notice.Level == NoticeLevel.Warning).Message, StringComparison.Ordinal);
        Assert.Single(earlier.Notices);
    }

    [Fact]
    public async Task A_run_is_told_once_of_a_pause_that_it_caused_itself()
    {
        using var gate = Gate();
        var run = new Collector();
        gate.Pause(new KlingException(KlingErrorId.RateLimited, "x", "y") { RetryAfter = TimeSpan.FromSeconds(60) }, run);

        var entering = EnterAsync(gate, run);
        await Until.TrueAsync(() => run.Notices.Count == 2);
        await AdvanceAsync(TimeSpan.FromSeconds(60));
        await entering.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal([NoticeLevel.Warning, NoticeLevel.Verbose], run.Notices.Select(notice => notice.Level));
    }

    [Fact]
    public async Task A_pause_that_another_process_makes_longer_is_warned_of_again()
    {
        using var gate = Gate();
        var run = new Collector();
        gate.Pause(new KlingException(KlingErrorId.RateLimited, "x", "y") { RetryAfter = TimeSpan.FromSeconds(40) }, run);
        using var other = Open();
        other.Required.Pause(TimeSpan.FromSeconds(400), Longest, "still busy");

        var entering = EnterAsync(gate, run);
        await Until.TrueAsync(() => run.Notices.Count == 2);
        await AdvanceAsync(TimeSpan.FromSeconds(400));
        await entering.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Contains("still busy", run.Notices.Last(notice => notice.Level == NoticeLevel.Warning).Message, StringComparison.Ordinal);
        Assert.Equal(2, run.Notices.Count);
    }

    private LedgerAccess Open() => new(() => SqliteLedger.Open(_home.Path, "account", _time), () => true);

    private CreateGate Gate() => new(_ledger, new Limits(100, 1000), _watcher, TimeSpan.FromSeconds(5), _time);

    private Task<Reservation> EnterAsync(CreateGate gate, Collector run)
    {
        var row = $"row {Interlocked.Increment(ref _rows)}";
        return gate.EnterAsync(() => new RowIntent("m", new KlingInput { ["prompt"] = row }, row), retryFailed: false, run, Cancel);
    }

    /// <summary>A timer may not be set yet when the clock is moved: what was to happen happens at the next step.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        await Task.Delay(50, Cancel);
        _time.Advance(by);
        await Task.Delay(50, Cancel);
    }

    private void Store(long until) => Sql($"INSERT INTO accounts (account, paused_until) VALUES ('account', {until}) ON CONFLICT (account) DO UPDATE SET paused_until = {until}");

    private long Stored() => Sql("SELECT paused_until FROM accounts WHERE account = 'account'") is long until ? until : 0;

    private object? Sql(string text)
    {
        _ = _ledger.Required;
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(_home.Path)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    private sealed class Collector : IProgress<Notice>
    {
        public ConcurrentQueue<Notice> Notices { get; } = new();

        public void Report(Notice value) => Notices.Enqueue(value);
    }
}
