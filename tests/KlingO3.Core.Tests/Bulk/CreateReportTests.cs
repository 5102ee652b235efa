using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>The counts of a run: each row is in exactly one of them, however it ended.</summary>
public sealed class CreateReportTests
{
    private static readonly object Lost = new { on = "create", @do = "reset-after" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_are_created_found_refused_or_not_settled()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("known", "b")]);
        await shop.Simulator.FaultsAsync(
            new { on = "create", @do = "status", status = 422, match = "refused" },
            new { on = "create", @do = "reset-after", match = "lost" },
            new { on = "list", @do = "status", status = 403, times = -1 });
        var unsendable = Workshop.Row("unsendable", "b");
        unsendable.Input["extra"] = DateTime.UtcNow;
        var missing = Workshop.Row("missing file", "b");
        missing.Input["video_url"] = Path.Combine(shop.Home, "none.mp4");
        var run = shop.Run(client);

        await EndAsync(Submit(run, Workshop.Row("known", "b"), Workshop.Row("new", "b"), Workshop.Row("refused", "b"), Workshop.Row("lost", "b"), unsendable, missing));

        Assert.Equal(new CreateReport { Rows = 6, Created = 1, Found = 1, Refused = 3, Unknown = 1 }, run.Report);
    }

    [Fact]
    public async Task Rows_after_a_refusal_of_the_account()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "status", status = 402, skip = 2, times = -1 });
        var run = shop.Run(shop.Client());

        await EndAsync(Submit(run, [.. Enumerable.Range(0, 8).Select(n => Workshop.Row($"row {n}"))]));

        AssertAddsUp(run, 8);
        Assert.Equal(2, run.Report.Created);
        Assert.Equal(6, run.NotSent);
    }

    [Fact]
    public async Task Rows_that_are_withdrawn_while_they_wait_for_a_slot()
    {
        await using var shop = await Workshop.OpenAsync();
        var run = shop.Run(shop.Client(options => options with { MaxConcurrent = 1 }));
        using var cancel = new CancellationTokenSource();
        var tickets = Submit(run, cancel.Token, Workshop.Row("[never] one"), Workshop.Row("[never] two"), Workshop.Row("[never] three"));
        await Task.WhenAny(tickets.Select(ticket => ticket.Result));
        await Task.Delay(200, Cancel);

        await cancel.CancelAsync();
        await EndAsync(tickets);

        Assert.Equal(new CreateReport { Rows = 3, Created = 1, NotSent = 2 }, run.Report);
    }

    [Fact]
    public async Task A_row_that_is_withdrawn_in_a_pause()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "429", retryAfter = 600, times = -1 });
        var run = shop.Run(shop.Client());
        using var cancel = new CancellationTokenSource();
        var tickets = Submit(run, cancel.Token, Workshop.Row("one"));
        await Until.TrueAsync(() => !shop.Notices.IsEmpty);

        await cancel.CancelAsync();
        await EndAsync(tickets);

        Assert.Equal(new CreateReport { Rows = 1, NotSent = 1 }, run.Report);
    }

    [Fact]
    public async Task A_row_that_is_withdrawn_while_it_is_not_known_whether_it_was_created()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(Lost, new { on = "list", @do = "hang", times = -1 });
        var run = shop.Run(shop.Client());
        using var cancel = new CancellationTokenSource();
        var tickets = Submit(run, cancel.Token, Workshop.Row("one"));
        await Until.TrueAsync(async () => (await shop.StateAsync()).Number("createCalls") == 1 && !shop.Notices.IsEmpty);

        await cancel.CancelAsync();
        await EndAsync(tickets);

        Assert.Equal(new CreateReport { Rows = 1, Unknown = 1 }, run.Report);
    }

    [Fact]
    public async Task A_row_that_is_being_settled_when_the_run_is_stopped_is_seen_through_and_not_one_that_was_not_sent()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.Simulator.FaultsAsync(
            new { on = "create", @do = "reset-after", match = "lost" },
            new { on = "create", @do = "status", status = 402, match = "poor" },
            new { on = "list", @do = "status", status = 503, times = 3 });
        var run = shop.Run(shop.Client());
        var tickets = Submit(run, Workshop.Row("lost"));
        await Until.TrueAsync(async () => (await shop.StateAsync()).Number("createCalls") == 1);
        tickets = [.. tickets, .. Submit(run, Workshop.Row("poor"))];
        await tickets[1].Result;
        tickets = [.. tickets, .. Submit(run, Workshop.Row("late"))];

        await EndAsync(tickets);

        Assert.Equal(new CreateReport { Rows = 3, Created = 1, NotSent = 2 }, run.Report);
        Assert.Equal(1, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task A_row_whose_lost_answer_cannot_be_written_down_is_unknown_and_stops_the_run()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("first")]);
        Execute(shop, "CREATE TRIGGER broken BEFORE UPDATE OF lost_at ON predictions WHEN new.lost_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'broken'); END");
        await shop.Simulator.FaultsAsync(Lost);
        var run = shop.Run(client);

        var tickets = Submit(run, Workshop.Row("one"));
        await EndAsync(tickets);

        Assert.Equal(KlingErrorId.CreateUnknown, (await Assert.ThrowsAsync<KlingException>(() => tickets[0].Result)).ErrorId);
        Assert.Equal(KlingErrorId.LedgerUnavailable, run.Stopped?.ErrorId);
        Assert.Equal(new CreateReport { Rows = 1, Unknown = 1 }, run.Report);
    }

    [Theory]
    [InlineData("429", KlingErrorId.Unexpected)]
    [InlineData("reset-after", KlingErrorId.CreateUnknown)]
    public async Task A_row_that_ends_in_a_way_nobody_expects(string fault, string errorId)
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("first")]);
        await shop.Simulator.FaultsAsync(new { on = "create", @do = fault });
        var run = client.BeginCreates(new CreateOptions(), new Thrower());

        var tickets = Submit(run, Workshop.Row("one"));
        await EndAsync(tickets);

        var error = await Assert.ThrowsAsync<KlingException>(() => tickets[0].Result);
        Assert.Equal(errorId, error.ErrorId);
        Assert.IsType<InvalidOperationException>(error.InnerException);
        AssertAddsUp(run, 1);
        Assert.Equal(errorId == KlingErrorId.CreateUnknown, run.Report.Unknown == 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rows_of_a_run_in_which_anything_happens_and_which_is_cancelled_at_some_time(int seed)
    {
        await using var shop = await Workshop.OpenAsync("--seed", $"{seed}", "--job-seconds", "1");
        await shop.Simulator.FaultsAsync(
            new { on = "create", @do = "429", retryAfter = 1, rate = 0.1, times = -1 },
            new { on = "create", @do = "reset-after", rate = 0.15, times = -1 },
            new { on = "create", @do = "reset-before", rate = 0.15, times = -1 },
            new { on = "create", @do = "status", status = 422, rate = 0.15, times = -1 },
            new { on = "create", @do = "html", rate = 0.1, times = -1 },
            new { on = "list", @do = "status", status = 503, rate = 0.3, times = -1 });
        var run = shop.Run(shop.Client());
        using var cancel = new CancellationTokenSource();
        var tickets = Submit(run, cancel.Token, [.. Enumerable.Range(0, 30).Select(n => Workshop.Row($"row {n % 20}", "b"))]);

        await Task.Delay(TimeSpan.FromMilliseconds(700 * seed), Cancel);
        await cancel.CancelAsync();
        await EndAsync(tickets);

        AssertAddsUp(run, 30);
    }

    private static CreateTicket[] Submit(CreateRun run, params VideoRequest[] rows) => Submit(run, Cancel, rows);

    private static CreateTicket[] Submit(CreateRun run, CancellationToken cancel, params VideoRequest[] rows) => [.. rows.Select(row => run.Submit(row, cancel))];

    /// <summary>Waits for all, whatever becomes of them.</summary>
    private static async Task EndAsync(IEnumerable<CreateTicket> tickets)
    {
        foreach (var ticket in tickets)
        {
            await ticket.Result.WaitAsync(TimeSpan.FromSeconds(60), Cancel).ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.True(ticket.Result.IsCompleted, "A row did not end.");
            await ticket.NextMayStart.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        }
    }

    private static void AssertAddsUp(CreateRun run, int rows)
    {
        var report = run.Report;
        Assert.Equal((rows, rows), (report.Rows, report.Created + report.Found + report.Refused + report.Unknown + report.NotSent));
    }

    private static void Execute(Workshop shop, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(shop.Home)};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    private sealed class Thrower : IProgress<Notice>
    {
        public void Report(Notice value) => throw new InvalidOperationException("nobody listens");
    }
}
