using KlingO3.Bulk;
using KlingO3.Service;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class LedgerTests : IDisposable
{
    private static readonly Limits Loose = new(10, 100);
    private readonly TemporaryFolder _home = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T10:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_key_is_granted_once_however_many_processes_ask()
    {
        using var one = Open();
        using var two = Open();

        Assert.IsType<Reservation.Granted>(one.Reserve(Row("k"), Loose, retryFailed: false));
        var known = Assert.IsType<Reservation.Known>(two.Reserve(Row("k"), Loose, retryFailed: false));

        Assert.Equal(KlingStatus.Submitting, known.Row.Prediction.Status);
    }

    [Fact]
    public void Slots_are_counted_over_all_processes_and_freed_when_a_prediction_ends()
    {
        using var one = Open();
        using var two = Open();
        var limits = new Limits(2, 100);
        var first = Granted(one.Reserve(Row("a"), limits, false));
        Granted(two.Reserve(Row("b"), limits, false));
        Assert.IsType<Reservation.Full>(one.Reserve(Row("c"), limits, false));

        one.Accept(first, "p-1", _time.GetUtcNow());
        Assert.IsType<Reservation.Full>(two.Reserve(Row("c"), limits, false));

        two.Save(new KlingPrediction { Id = "p-1", Status = KlingStatus.Success });
        Granted(two.Reserve(Row("c"), limits, false));
    }

    [Fact]
    public void The_rate_is_counted_over_all_processes_and_frees_itself_exactly_when_a_send_leaves_the_minute()
    {
        using var one = Open();
        using var two = Open();
        var limits = new Limits(1000, 3);
        Granted(one.Reserve(Row("a"), limits, false));
        _time.Advance(TimeSpan.FromSeconds(20));
        Granted(two.Reserve(Row("b"), limits, false));
        Granted(one.Reserve(Row("c"), limits, false));

        var wait = Assert.IsType<Reservation.Wait>(two.Reserve(Row("d"), limits, false));
        Assert.InRange(wait.For.TotalSeconds, 39.9, 40.1);

        _time.Advance(wait.For);
        Granted(two.Reserve(Row("d"), limits, false));
        Assert.IsType<Reservation.Wait>(two.Reserve(Row("e"), limits, false));
    }

    [Fact]
    public void A_create_counts_from_its_answer_on_for_the_service_may_have_counted_it_then()
    {
        using var ledger = Open();
        var limits = new Limits(1000, 2);
        var slow = Granted(ledger.Reserve(Row("a"), limits, false));
        _time.Advance(TimeSpan.FromSeconds(7));
        ledger.Accept(slow, "p-1", _time.GetUtcNow());
        var quick = Granted(ledger.Reserve(Row("b"), limits, false));
        ledger.Accept(quick, "p-2", _time.GetUtcNow());

        _time.Advance(TimeSpan.FromSeconds(54));

        var wait = Assert.IsType<Reservation.Wait>(ledger.Reserve(Row("c"), limits, false));
        Assert.InRange(wait.For.TotalSeconds, 5.9, 6.1);
        Assert.Equal(7, (ledger.Get(slow).Prediction.CreatedAt - ledger.Get(slow).SentAt)?.TotalSeconds);
    }

    [Fact]
    public void A_pause_holds_every_process_and_grows_until_a_create_is_accepted()
    {
        using var one = Open();
        using var two = Open();
        var row = Granted(one.Reserve(Row("a"), Loose, false));

        Assert.Equal(5, one.Pause(null, TimeSpan.FromSeconds(90), "429").TotalSeconds);
        Assert.IsType<Reservation.Wait>(two.Reserve(Row("b"), Loose, false));
        Assert.Equal([10, 20, 40, 80, 90], Enumerable.Range(0, 5).Select(_ => one.Pause(null, TimeSpan.FromSeconds(90), "429").TotalSeconds));

        _time.Advance(TimeSpan.FromSeconds(91));
        one.ReserveAgain(row, Loose);
        one.Accept(row, "p", _time.GetUtcNow());
        Assert.Equal(5, two.Pause(null, TimeSpan.FromSeconds(90), "429").TotalSeconds);
        Assert.Equal(33, two.Pause(TimeSpan.FromSeconds(33), TimeSpan.FromSeconds(90), "429").TotalSeconds);
    }

    [Fact]
    public void The_rows_of_a_dead_process_are_taken_over_by_one_other_and_those_of_a_living_one_by_none()
    {
        using var survivor = Open();
        using var third = Open();
        using (var dead = Open())
        {
            Granted(dead.Reserve(Row("a"), Loose, false));
            Assert.Empty(survivor.TakeOver(null, unresolved: false));
        }

        var row = Assert.Single(survivor.TakeOver(null, unresolved: false));
        Assert.True(row.IsLost);
        Assert.Empty(third.TakeOver(null, unresolved: false));
    }

    [Fact]
    public void A_prediction_is_adopted_by_one_row_only()
    {
        using var ledger = Open();
        var (one, two) = (Lost(ledger, "a"), Lost(ledger, "b"));

        Assert.True(ledger.Adopt(one, "p-1", _time.GetUtcNow()));
        Assert.False(ledger.Adopt(two, "p-1", _time.GetUtcNow()));
        Assert.True(ledger.Adopt(two, "p-2", _time.GetUtcNow()));
    }

    [Fact]
    public void Nothing_is_adopted_while_an_equal_row_is_on_its_way_to_the_service()
    {
        using var ledger = Open();
        var lost = Lost(ledger, "a");
        var sending = Granted(ledger.Reserve(Row("b"), Loose, false));

        // The job may be the other row's, whose answer has not come yet.
        Assert.False(ledger.Adopt(lost, "p-1", _time.GetUtcNow()));

        ledger.Accept(sending, "p-1", _time.GetUtcNow());
        Assert.False(ledger.Adopt(lost, "p-1", _time.GetUtcNow()));
        Assert.True(ledger.Adopt(lost, "p-2", _time.GetUtcNow()));
    }

    [Fact]
    public void A_prediction_that_was_only_watched_belongs_to_no_row_and_can_be_adopted()
    {
        // As where the id of a paid job could not be written down, and somebody waited for it all the same.
        using var ledger = Open();
        var lost = Lost(ledger, "a");
        ledger.Save(new KlingPrediction { Id = "p-1", Batch = "spring", Status = KlingStatus.Success });

        Assert.Empty(ledger.Owned(["p-1"]));
        Assert.True(ledger.Adopt(lost, "p-1", _time.GetUtcNow()));
        Assert.Equal((lost, "p-1"), (Assert.Single(ledger.List(new PredictionQuery())).Row, ledger.Find("spring", "a")?.Prediction.Id));
        Assert.Single(ledger.Owned(["p-1"]));
    }

    [Fact]
    public void A_row_that_its_own_process_let_go_of_is_taken_over_like_that_of_a_dead_one()
    {
        using var ledger = Open();
        var row = Granted(ledger.Reserve(Row("a"), Loose, false));
        Assert.Empty(ledger.TakeOver(null, unresolved: false));

        ledger.LetGo(row);
        Assert.Equal(row, Assert.Single(ledger.TakeOver(null, unresolved: false)).Row);
        Assert.Empty(ledger.TakeOver(null, unresolved: false));
    }

    [Fact]
    public void The_number_of_a_withdrawn_row_never_means_another_row()
    {
        using var ledger = Open();
        var first = Granted(ledger.Reserve(Row("a"), Loose, false));
        ledger.Withdraw(first);

        var second = Granted(ledger.Reserve(Row("b"), Loose, false));
        ledger.LetGo(first);

        Assert.NotEqual(first, second);
        Assert.Empty(ledger.TakeOver(null, unresolved: false));
    }

    [Fact]
    public void A_prediction_that_has_ended_stays_ended_whoever_looked_at_it_before()
    {
        using var ledger = Open();
        ledger.Accept(Granted(ledger.Reserve(Row("k"), Loose, false)), "p-1", _time.GetUtcNow());
        ledger.Save(new KlingPrediction { Id = "p-1", Status = KlingStatus.Success });

        ledger.Save(new KlingPrediction { Id = "p-1", Status = KlingStatus.Processing });
        ledger.Lose("p-1");

        Assert.Equal(KlingStatus.Success, ledger.Find("p-1")?.Prediction.Status);
        Assert.Empty(ledger.InFlight());
    }

    [Fact]
    public void A_failed_row_is_created_anew_only_when_asked_for_and_both_predictions_stay_known()
    {
        using var ledger = Open();
        ledger.Accept(Granted(ledger.Reserve(Row("k"), Loose, false)), "p-1", _time.GetUtcNow());
        ledger.Save(new KlingPrediction { Id = "p-1", Status = KlingStatus.Error, Error = new KlingFailure { Message = "no" } });

        Assert.IsType<Reservation.Known>(ledger.Reserve(Row("k"), Loose, retryFailed: false));
        ledger.Accept(Granted(ledger.Reserve(Row("k"), Loose, retryFailed: true)), "p-2", _time.GetUtcNow());

        Assert.Equal("p-2", ledger.Find("spring", "k")?.Prediction.Id);
        Assert.Equal("no", ledger.Find("p-1")?.Prediction.Error?.Message);
    }

    [Fact]
    public void What_is_known_of_a_prediction_survives_a_new_process()
    {
        using (var ledger = Open())
        {
            ledger.Accept(Granted(ledger.Reserve(Row("k"), Loose, false)), "p-1", _time.GetUtcNow());
            ledger.Save(new KlingPrediction { Id = "p-1", Status = KlingStatus.Success, Outputs = new KlingOutputs(["https://o/a.mp4", "https://o/b.mp4"]), Cost = 0.42m, PredictTime = 301.5, Logs = "l" });
            ledger.AddFile("p-1", new SavedFile("/videos/a.mp4", 7, 0));
        }

        using var later = Open();
        var known = Assert.Single(later.List(new PredictionQuery { Batch = "SPR*", Status = [KlingStatus.Success] })).Prediction;

        Assert.Equal(("p-1", "spring", "row k", 0.42m, 301.5, "/videos/a.mp4"), (known.Id, known.Batch, known.Name, known.Cost, known.PredictTime, known.File));
        Assert.Equal("""{"prompt":"a","duration":"5"}""", known.Input?.ToString());
        Assert.Equal(2, known.Outputs.Count);
    }

    [Theory]
    [InlineData("SPRING", null, true)]
    [InlineData("spring\u00a0", null, true)]
    [InlineData(" s?ring* ", null, true)]
    [InlineData("sprin", null, false)]
    [InlineData(null, "ROW [K]", true)]
    [InlineData(null, "\trow [ck] ", false)]
    [InlineData(null, "row*", true)]
    [InlineData("spring", " row  [k]", false)]
    public void Batches_and_names_are_listed_without_regard_to_case_and_outer_white_space(string? batch, string? name, bool found)
    {
        using var ledger = Open();
        Granted(ledger.Reserve(Row("k") with { Batch = "Spring", Name = "Row [k]" }, Loose, false));

        Assert.Equal(found ? 1 : 0, ledger.List(new PredictionQuery { Batch = batch, Name = name }).Count());
    }

    [Fact]
    public void Keys_are_found_in_their_batch_by_an_index_however_large_the_ledger_is()
    {
        using var ledger = Open();
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(_home.Path)};Pooling=False");
        connection.Open();
        string Plan(string where) => string.Join(' ', connection.Query($"EXPLAIN QUERY PLAN SELECT * FROM predictions p WHERE {where}", reader => reader.GetString(3)));

        Assert.Contains("predictions_key (account=? AND batch_key=? AND key=?)", Plan(SqliteLedger.OfKey), StringComparison.Ordinal);
        Assert.Contains("predictions_batch (account=? AND batch_key=? AND key_version<?)", Plan(SqliteLedger.OfOlderKeys), StringComparison.Ordinal);
        Assert.Contains("predictions_key (account=? AND batch_key=? AND key>? AND key<?)", Plan(SqliteLedger.OfKeptKeys), StringComparison.Ordinal);
        Assert.Contains("predictions_batch (account=? AND batch_key=?)", Plan(SqliteLedger.OfBatch), StringComparison.Ordinal);
    }

    [Fact]
    public void Accounts_do_not_see_each_other()
    {
        using var mine = Open();
        using var yours = Open("other");
        Granted(mine.Reserve(Row("k"), new Limits(1, 1), false));

        Granted(yours.Reserve(Row("k"), new Limits(1, 1), false));
        Assert.Single(mine.List(new PredictionQuery()));
    }

    [Fact]
    public void Only_its_owner_can_read_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps the folder private by its profile.");
            return;
        }

        using var home = new TemporaryFolder();
        var folder = home.File("fresh");
        using var ledger = SqliteLedger.Open(folder, "account", _time);
        ledger.Reserve(Row("k"), Loose, false);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var file in Directory.GetFiles(folder))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        }
    }

    [Fact]
    public void A_file_that_is_not_SQLite_is_left_as_it_is_and_named()
    {
        var path = LedgerLocation.FileIn(_home.Path);
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("This is my shopping list. ", 200)));

        var error = Assert.Throws<KlingException>(() => Open());

        Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("not a SQLite database", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("This is my shopping list", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_of_a_newer_version_is_left_as_it_is()
    {
        Open().Dispose();
        using (var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(_home.Path)};Pooling=False"))
        {
            connection.Open();
            connection.Execute("PRAGMA user_version = 999");
        }

        var error = Assert.Throws<KlingException>(() => Open());

        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
        Assert.Contains("Update", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_ledger_is_named_and_nothing_is_granted()
    {
        using (var ledger = Open())
        {
            for (var row = 0; row < 50; row++)
            {
                ledger.Reserve(Row($"k{row}"), new Limits(1000, 1000), false);
            }
        }

        var path = LedgerLocation.FileIn(_home.Path);
        var bytes = File.ReadAllBytes(path);
        Array.Fill(bytes, (byte)0x5A, 4096, bytes.Length - 4096);
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<KlingException>(() =>
        {
            using var ledger = Open();
            ledger.Reserve(Row("new"), Loose, false);
        });

        Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId);
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_of_its_own()
    {
        File.WriteAllText(_home.File("file"), "");

        var error = Assert.Throws<KlingException>(() => SqliteLedger.Open(_home.File("file/sub"), "account", _time));

        Assert.Equal(KlingErrorId.LedgerUnavailable, error.ErrorId);
    }

    private static long Granted(Reservation reservation) => Assert.IsType<Reservation.Granted>(reservation).Row;

    private static RowIntent Row(string key)
    {
        var input = new KlingInput { ["prompt"] = "a", ["duration"] = "5" };
        return new RowIntent("m", input, "hash") { Batch = "spring", Key = key, Name = $"row {key}" };
    }

    private static long Lost(SqliteLedger ledger, string key)
    {
        var row = Granted(ledger.Reserve(Row(key), Loose, false));
        ledger.MarkLost(row, LostReason.NoAnswer, []);
        return row;
    }

    private SqliteLedger Open(string account = "account") => SqliteLedger.Open(_home.Path, account, _time);
}
