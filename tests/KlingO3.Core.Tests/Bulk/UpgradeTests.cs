using KlingO3.Bulk;
using KlingO3.Core.Tests.Files.Uploads;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Ledgers of earlier builds: their rows are found, however a person types them now, and nothing is paid for again.</summary>
public sealed class UpgradeTests(UpgradeTests.RealTime fixture) : IClassFixture<UpgradeTests.RealTime>, IDisposable
{
    private readonly ClipFolder _clips = new();

    public void Dispose() => _clips.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_batch_of_an_earlier_build_runs_again_and_creates_nothing(int step)
    {
        await using var shop = await OpenAsync(step);
        var rows = OldLedger.Rows(step, _clips).ToArray();
        var before = Ids(shop, rows.Length + 1);

        var first = await FoundAsync(shop, rows);
        var again = await FoundAsync(shop, [.. rows.Reverse().Select(row => row with { Batch = "Spring", Name = row.Name?.ToUpperInvariant() })]);

        Assert.Equal(rows.Length, first.Select(found => found.Id).Distinct().Count());
        Assert.Equal(first.Select(found => found.Id).Order(), again.Select(found => found.Id).Order());
        Assert.Subset(before, first.Select(found => found.Id).ToHashSet());
        Assert.All(first, found => Assert.Contains(NameFolding.Fold(found.Batch), (string[])["SPRING"]));
        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task Every_row_finds_its_own_state_and_video()
    {
        await using var shop = await OpenAsync(3);

        var found = await FoundAsync(shop, [.. OldLedger.Rows(3, _clips).Where(HasAnswer)]);

        List<string?> names = [.. found.Select(prediction => prediction.Name)];
        Assert.Equal(
            (string?[])["A", " B ", "r1", "R1", "d", "d", "e", "h", "f", "i", "j", null, "clip", "p", "Größe 1", "tomorrow", "g", "q", "one", "Two", "take 1", "Take 1 ", "elements"],
            names);
        Assert.Equal(
            [KlingStatus.Error, KlingStatus.Error, KlingStatus.Cancelled, KlingStatus.Created, KlingStatus.Processing],
            ((string[])["e", "h", "f", "g", "q"]).Select(name => found[names.IndexOf(name)].Status));
    }

    [Fact]
    public async Task A_row_that_was_paid_for_in_two_cases_of_its_batch_is_there_twice_and_the_next_is_new()
    {
        await using var shop = await OpenAsync(3);

        var outcomes = await shop.CreateAsync(shop.Client(), Enumerable.Repeat(OldLedger.Row("p [instant]", "p"), 3));

        Assert.Equal([CreateOutcome.Found, CreateOutcome.Found, CreateOutcome.Created], outcomes.Select(outcome => Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal(["SPRING", "Spring"], outcomes.Take(2).Select(outcome => ((CreateResult)outcome).Prediction!.Batch).Order(StringComparer.Ordinal));
        Assert.Equal(3, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task Rows_of_another_batch_of_the_same_run_are_found_alone()
    {
        await using var shop = await OpenAsync(3);

        var winter = Assert.Single(await FoundAsync(shop, [OldLedger.Row("a [instant]", "A") with { Batch = "WINTER" }]));

        Assert.Equal("winter", winter.Batch);
        Assert.EndsWith("A.mp4", winter.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_are_not_the_same_are_created()
    {
        await using var shop = await OpenAsync(3);
        var other = _clips.Write("other.mp4", 3);
        VideoRequest[] rows =
        [
            OldLedger.Row("a  [instant]", "A"), OldLedger.Row("a [instant]", "A2"), OldLedger.Row("no batch [instant]", "A"), OldLedger.Row("of somebody [instant]", "watched"),
            OldLedger.Row("a [instant]", "A") with { Batch = "spring 2" }, ClipFolder.Row(other, "Spring", "clip [instant]"),
        ];

        var outcomes = await shop.CreateAsync(shop.Client(), rows);
        var named = await shop.CreateAsync(shop.Client(), [ClipFolder.Row(_clips.WriteOld("one.mp4", 1), "Spring", "clip [instant]") with { IsNamedByFile = false }]);

        // It is not found, and what that build took for a clip is not uploaded any more.
        Assert.Equal(KlingErrorId.InvalidInput, Assert.IsType<KlingException>(Assert.Single(named)).ErrorId);
        Assert.All(outcomes, outcome => Assert.Equal(CreateOutcome.Created, Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal(2 + rows.Length, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_failed_row_of_an_earlier_build_is_created_anew_when_asked_for_and_is_then_found()
    {
        await using var shop = await OpenAsync(3);
        var row = OldLedger.Row("e [fail] [instant]", "E");

        var retried = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(shop.Client(), [row], new CreateOptions { RetryFailed = true })));
        var found = Assert.Single(await FoundAsync(shop, [row]));

        Assert.Equal((CreateOutcome.Created, "Spring"), (retried.Outcome, retried.Prediction!.Batch));
        Assert.Equal(retried.Prediction.Id, found.Id);
        Assert.Equal(3, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_prediction_of_a_local_file_that_is_piped_in_again_is_still_the_row_of_its_file()
    {
        await using var shop = await OpenAsync(3);
        using (var ledger = SqliteLedger.Open(shop.Home, Account(shop), TimeProvider.System))
        {
            // As if they had failed.
            foreach (var name in (string[])["one", "take 1"])
            {
                ledger.Save(ledger.List(new PredictionQuery { Name = name, Batch = "spring" }).First().Prediction with { Status = KlingStatus.Error, Error = new KlingFailure { Message = "no" } });
            }
        }

        var client = shop.Client();
        var failed = client.List(new PredictionQuery { Batch = "spring", Status = [KlingStatus.Error] }).Where(row => row.Name is "one" or "take 1").ToList();
        VideoRequest Piped(KlingPrediction prediction, string? id) => new(prediction.Model!, prediction.Input!) { Name = prediction.Name, Batch = prediction.Batch, PredictionId = id };
        Assert.Equal(2, failed.Count);

        var retried = await shop.CreateAsync(client, failed.Select(row => Piped(row, row.Id)), new CreateOptions { RetryFailed = true });
        var again = await shop.CreateAsync(client, failed.Select(row => Piped(row, row.Id)));
        var rows = OldLedger.Rows(3, _clips).Where(HasAnswer).ToArray();
        var (first, second) = (await FoundAsync(shop, rows), await FoundAsync(shop, [.. rows.Reverse()]));

        Assert.All(retried, outcome => Assert.Equal(CreateOutcome.Created, Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal(Ids(retried), Ids(again));
        Assert.Subset(first.Select(found => found.Id).ToHashSet(), Ids(retried));
        Assert.Equal(rows.Length, first.Select(found => found.Id).Distinct().Count());
        Assert.Equal(first.Select(found => found.Id).Order(), second.Select(found => found.Id).Order());
        Assert.Equal(4, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_row_that_gives_the_URL_of_an_uploaded_file_is_known_and_the_file_still_finds_it()
    {
        await using var shop = await OpenAsync(3);
        var sent = shop.Client().List(new PredictionQuery { Name = "two", Batch = "spring" }).Single();
        var byUrl = new VideoRequest(sent.Model!, sent.Input!) { Name = "TWO", Batch = "Spring" };
        var byFile = ClipFolder.Row(_clips.WriteOld("two.mp4", 2), "Spring", "clip [instant]");

        Assert.Equal(sent.Id, Assert.Single(await FoundAsync(shop, [byUrl])).Id);
        Assert.Equal(sent.Id, Assert.Single(await FoundAsync(shop, [byFile])).Id);
        Assert.Equal(sent.Id, Assert.Single(await FoundAsync(shop, [byUrl])).Id);
        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task Processes_that_upgrade_the_same_rows_at_once_find_each_row_once()
    {
        await using var shop = await OpenAsync(3);
        var rows = OldLedger.Rows(3, _clips).Where(HasAnswer).ToArray();

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(process => Task.Run(() => FoundAsync(shop, process % 2 == 0 ? rows : [.. rows.Reverse()]))));

        Assert.All(all, found => Assert.Equal(rows.Length, found.Select(prediction => prediction.Id).Distinct().Count()));
        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task A_process_that_runs_an_earlier_build_still_writes_down_no_more_rows_of_batches_and_goes_on_with_those_it_has()
    {
        await using var shop = await OpenAsync(3);
        using var earlier = new SqliteConnection($"Data Source={LedgerLocation.FileIn(shop.Home)};Pooling=False");
        earlier.Open();
        var (account, open) = (Account(shop), earlier.Scalar<long>("SELECT row FROM predictions WHERE status = 'Submitting'"));
        void Insert(string? batch, string? key) => earlier.Execute(
            """
            INSERT INTO predictions (account, batch, key, name, model, input, input_hash, status, in_flight, owner, sent_at, service_ahead)
            VALUES ($account, $batch, $key, 'new', 'm', '{}', 'h', 'Submitting', 1, 'o', 0, 0)
            """,
            ("$account", account), ("$batch", batch), ("$key", key));
        Insert("Spring", "before");
        using var ledger = SqliteLedger.Open(shop.Home, account, TimeProvider.System);

        var refused = Assert.Throws<SqliteException>(() => Insert("Spring", "after"));
        Insert(null, null);
        earlier.Execute("UPDATE predictions SET id = 'late', status = 'Created', owner = NULL WHERE row = $row", ("$row", open));

        Assert.Contains("new PowerShell session", refused.Message, StringComparison.Ordinal);
        Assert.Equal(KlingErrorId.LedgerUnavailable, LedgerErrors.From(refused, "ledger").ErrorId);
        Assert.Contains("before", ledger.OlderRows("SPRING").Select(row => row.Key));
        Assert.Equal("late", ledger.OlderRows("spring").Single(row => row.Row == open).Prediction.Id);
    }

    [Fact]
    public async Task The_batch_of_a_watched_prediction_is_found_whichever_build_wrote_it()
    {
        await using var shop = await OpenAsync(3);
        using var ledger = SqliteLedger.Open(shop.Home, Account(shop), TimeProvider.System);
        using (var earlier = new SqliteConnection($"Data Source={LedgerLocation.FileIn(shop.Home)};Pooling=False"))
        {
            earlier.Open();
            earlier.Execute("INSERT INTO predictions (account, id, batch, status, in_flight) VALUES ($account, 'theirs', 'Summer ', 'Success', 0)", ("$account", Account(shop)));
        }

        ledger.Save(new KlingPrediction { Id = "mine", Batch = "SUMMER", Status = KlingStatus.Success });

        Assert.Equal(["mine", "theirs"], ledger.List(new PredictionQuery { Batch = "summer" }).Select(row => row.Prediction.Id));
        Assert.Single(ledger.List(new PredictionQuery { Batch = "spring", Name = " Watched" }));
    }

    /// <summary>The service's clock keeps pace with ours, by which the rows of the old ledger were sent.</summary>
    public sealed class RealTime : SimulatorFixture
    {
        protected override int Speed => 1;
    }

    /// <summary>A simulator that knows the jobs of the two creates whose answers the earlier build lost.</summary>
    private async Task<Workshop> OpenAsync(int step)
    {
        var shop = await Workshop.OpenOnAsync(fixture.Simulator);
        OldLedger.Load(step, shop.Home, Account(shop));
        await shop.Simulator.CreatedAsync(" k [never]");
        await shop.Simulator.CreatedAsync("l [never]");
        return shop;
    }

    private static string Account(Workshop shop) => new ConnectionOptions { ApiKey = SimulatorProcess.Key, BaseUri = new Uri(shop.Simulator.Uri, "v1") }.AccountHash();

    private static HashSet<string?> Ids(IEnumerable<object> outcomes) => [.. outcomes.Select(outcome => Assert.IsType<CreateResult>(outcome).Prediction!.Id)];

    /// <summary>Not those whose creates are settled, in the name of either build.</summary>
    private static bool HasAnswer(VideoRequest row) => row.Name is not ("k" or "l");

    /// <summary>The predictions that the ledger or the service knows.</summary>
    private static HashSet<string?> Ids(Workshop shop, int atLeast)
    {
        var listed = OldLedger.Ask<string>(shop.Home, "SELECT group_concat(id) FROM predictions WHERE key IS NOT NULL AND retired = 0")!.Split(',');
        var jobs = shop.StateAsync().GetAwaiter().GetResult().GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString());
        HashSet<string?> ids = [.. listed, .. jobs];
        Assert.InRange(ids.Count, atLeast, 100);
        return ids;
    }

    /// <summary>Runs rows as a process of its own, and gives their predictions: none is new.</summary>
    private static async Task<KlingPrediction[]> FoundAsync(Workshop shop, VideoRequest[] rows)
    {
        var outcomes = await shop.CreateAsync(shop.Client(), rows);
        return [.. outcomes.Zip(rows, (outcome, row) =>
        {
            Assert.True(outcome is CreateResult { Outcome: CreateOutcome.Found or CreateOutcome.Settled }, $"'{row.Name}' ({row.Input}): {outcome}");
            return ((CreateResult)outcome).Prediction!;
        })];
    }
}
