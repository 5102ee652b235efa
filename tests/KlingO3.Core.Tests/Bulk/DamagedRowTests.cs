using System.Collections.Concurrent;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>One damaged row of a ledger: it says so, spoils no other, and is not paid again.</summary>
public sealed class DamagedRowTests
{
    private static readonly Limits Loose = new(1000, 1000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Damages => new()
    {
        { "input", "'{\"prompt\":'" },
        { "input", "'[1]'" },
        { "input", "x'00ff'" },
        { "input", "'{\"prompt\":\"\\ud800\"}'" },
        { "input", "42" },
        { "outputs", "'https://o.example/a.mp4'" },
        { "outputs", "'[null]'" },
        { "outputs", "'[1]'" },
        { "cost", "'cheap'" },
        { "cost", "'1e400'" },
        { "predict_time", "'long'" },
        { "created_at", "9223372036854775807" },
        { "created_at", "'yesterday'" },
        { "completed_at", "-9223372036854775808" },
        { "sent_at", "9223372036854775807" },
        { "lost_at", "x'01'" },
        { "service_ahead", "-9223372036854775808" },
        { "service_ahead", "9223372036854775807" },
        { "lost_reason", "x'00'" },
        { "lost_ids", "'p-1'" },
        { "lost_count", "'often'" },
        { "status", "'on its way'" },
        { "status", "x'00'" },
        { "name", "x'00'" },
        { "model", "x'00'" },
        { "logs", "x'00'" },
        { "error_message", "x'00'" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_row_is_listed_without_what_cannot_be_read_and_spoils_no_other(string column, string value)
    {
        using var home = new TemporaryFolder();
        using var ledger = SqliteLedger.Open(home.Path, "account", TimeProvider.System);
        foreach (var key in (string[])["a", "b", "c"])
        {
            var row = Assert.IsType<Reservation.Granted>(ledger.Reserve(Row(key), Loose, false)).Row;
            ledger.Accept(row, $"p-{key}", DateTimeOffset.UtcNow);
            ledger.Save(new KlingPrediction { Id = $"p-{key}", Model = "m", Status = KlingStatus.Success, PredictTime = 300, Cost = 0.42m, Outputs = new KlingOutputs(["https://o.example/a.mp4"]), CompletedAt = DateTimeOffset.UtcNow });
        }

        Execute(home.Path, $"UPDATE predictions SET {column} = {value} WHERE key = 'b'");

        var rows = ledger.List(new PredictionQuery()).ToList();
        Assert.Equal(["p-c", "p-b", "p-a"], rows.Select(row => row.Prediction.Id));
        Assert.Equal([null, column, null], rows.Select(row => row.Damage));
        Assert.Equal("p-b", Assert.IsType<Reservation.Known>(ledger.Reserve(Row("b"), Loose, retryFailed: true)).Row.Prediction.Id);
        Assert.Equal("p-b", ledger.Find("p-b")?.Prediction.Id);
        Assert.Equal(0.42m, ledger.Cost("m"));
        Assert.InRange(ledger.Durations("m", 10).Count, 2, 3);
        Assert.All(ledger.Durations("m", 10), seconds => Assert.InRange(seconds, 0, 300));
        Assert.Empty(ledger.InFlight());
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_row_without_an_id_is_known_by_its_key_is_not_taken_over_and_holds_no_slot(string column, string value)
    {
        using var home = new TemporaryFolder();
        using (var dead = SqliteLedger.Open(home.Path, "account", TimeProvider.System))
        {
            dead.Reserve(Row("a"), Loose, false);
        }

        Execute(home.Path, $"UPDATE predictions SET {column} = {value} WHERE key = 'a'");
        using var ledger = SqliteLedger.Open(home.Path, "account", TimeProvider.System);

        Assert.Empty(ledger.TakeOver(null, unresolved: false));

        // A state is the one thing that can be mended: the row is settled like any other that was lost.
        var known = Assert.IsType<Reservation.Known>(ledger.Reserve(Row("a"), Loose, retryFailed: true)).Row;
        Assert.Equal((column == "status" ? null : column, true), (known.Damage, known.IsLost));
        Assert.IsType<Reservation.Granted>(ledger.Reserve(Row("b"), new Limits(1, 100), false));
    }

    [Theory]
    [InlineData("input = '{'")]
    [InlineData("input = NULL")]
    [InlineData("model = NULL")]
    [InlineData("sent_at = 'noon'")]
    [InlineData("id = ''")]
    [InlineData("id = x'00'")]
    [InlineData("id = ' ', status = 'nonsense'")]
    public async Task A_row_that_was_sent_and_cannot_be_settled_is_not_sent_again_but_by_the_user_s_word(string damage)
    {
        await using var shop = await Workshop.OpenAsync("--job-seconds", "1");
        var client = shop.Client();
        VideoRequest[] rows = [Workshop.Row("one", "spring"), Workshop.Row("two", "spring"), Workshop.Row("three", "spring")];
        await shop.CreateAsync(client, rows);
        shop.Kill(client);
        Execute(shop.Home, $"UPDATE predictions SET id = NULL, status = 'unknown', in_flight = 0 WHERE row = 2; UPDATE predictions SET {damage} WHERE row = 2");

        var again = await shop.CreateAsync(shop.Client(), rows);

        var error = Assert.IsType<KlingException>(again[1]);
        Assert.Equal(KlingErrorId.CreateUnknown, error.ErrorId);
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains("-RetryUnknown", error.RecommendedAction, StringComparison.Ordinal);
        Assert.All([again[0], again[2]], result => Assert.Equal(CreateOutcome.Found, Assert.IsType<CreateResult>(result).Outcome));
        Assert.Equal(3, (await shop.StateAsync()).Number("createCalls"));

        var asked = await shop.CreateAsync(shop.Client(), rows, new CreateOptions { RetryUnknown = true });

        Assert.Equal([CreateOutcome.Found, CreateOutcome.Created, CreateOutcome.Found], asked.Select(result => Assert.IsType<CreateResult>(result).Outcome));
        Assert.Equal(4, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_damaged_row_of_an_earlier_build_may_be_any_row_of_its_batch_that_is_not_known()
    {
        await using var shop = await Workshop.OpenAsync("--job-seconds", "1");
        VideoRequest[] rows = [Workshop.Row("one", "spring"), Workshop.Row("two", "spring")];
        var client = shop.Client();
        await shop.CreateAsync(client, rows);
        shop.Kill(client);
        Execute(shop.Home, "UPDATE predictions SET key = 'older', key_version = 1, input = '{' WHERE row = 2");

        var again = await shop.CreateAsync(shop.Client(), rows);
        var other = await shop.CreateAsync(shop.Client(), [Workshop.Row("two", "winter")]);

        Assert.Equal(CreateOutcome.Found, Assert.IsType<CreateResult>(again[0]).Outcome);
        Assert.Equal(KlingErrorId.CreateUnknown, Assert.IsType<KlingException>(again[1]).ErrorId);
        Assert.Equal(CreateOutcome.Created, Assert.IsType<CreateResult>(Assert.Single(other)).Outcome);
        Assert.Equal(3, (await shop.StateAsync()).Number("createCalls"));
        var asked = await shop.CreateAsync(shop.Client(), rows, new CreateOptions { RetryUnknown = true });
        Assert.Equal([CreateOutcome.Found, CreateOutcome.Created], asked.Select(result => Assert.IsType<CreateResult>(result).Outcome));
    }

    [Fact]
    public async Task A_damaged_row_with_an_id_is_asked_for_at_the_service_and_listed_with_one_warning()
    {
        await using var shop = await Workshop.OpenAsync("--job-seconds", "1");
        var client = shop.Client();
        VideoRequest[] rows = [Workshop.Row("one", "spring"), Workshop.Row("two", "spring")];
        var made = Assert.IsType<CreateResult>((await shop.CreateAsync(client, rows))[1]).Prediction!;
        Execute(shop.Home, "UPDATE predictions SET input = '{', cost = 'x', status = 'nonsense' WHERE row = 2");

        var notices = new Collector();
        var listed = client.List(new PredictionQuery { Batch = "spring" }, notices).ToList();
        var again = await shop.CreateAsync(shop.Client(), rows);

        Assert.Equal(2, listed.Count);
        var warning = Assert.Single(notices.All);
        Assert.Equal(NoticeLevel.Warning, warning.Level);
        Assert.Contains($"Row 2 of the ledger ({made.Id})", warning.Message, StringComparison.Ordinal);
        Assert.Contains("status, input, cost", warning.Message, StringComparison.Ordinal);
        Assert.Equal((made.Id, CreateOutcome.Found), (Assert.IsType<CreateResult>(again[1]).Prediction?.Id, Assert.IsType<CreateResult>(again[1]).Outcome));
        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
        var ended = await client.WaitAsync(new KlingPrediction { Id = made.Id }, TimeSpan.FromSeconds(30), null, Cancel);
        Assert.Equal(KlingStatus.Success, ended.Status);
    }

    private static RowIntent Row(string key) => new("m", new KlingInput { ["prompt"] = key }, "hash") { Batch = "spring", Key = key };

    private static void Execute(string home, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(home)};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    private sealed class Collector : IProgress<Notice>
    {
        public ConcurrentQueue<Notice> All { get; } = new();

        public void Report(Notice value) => All.Enqueue(value);
    }
}
