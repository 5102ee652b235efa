using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Keys come and go; the account, its batches and its limits stay.</summary>
public sealed class AccountTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private const string Mine = "sim-org1-first";
    private const string Rotated = "sim-org1-second";
    private const string Foreign = "sim-org2-first";

    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = await Workshop.OpenOnAsync(fixture.Simulator);
        await Shop.Simulator.ClearFaultsAsync();
        await Shop.Simulator.SettingsAsync(("key", Array.Empty<string>()), ("max-concurrent", 10));
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    [Fact]
    public async Task A_rotated_key_finds_every_row_and_creates_nothing()
    {
        await FinishAsync(Client(Mine), "a", "b", "c");
        var before = await CallsAsync();

        Assert.All(await CreateAsync(Client(Rotated), "a", "b", "c"), outcome => Assert.Equal(CreateOutcome.Found, Result(outcome).Outcome));
        Assert.Equal(before + 1, await CallsAsync());

        // It is proved once, and the old key is still good for what it was.
        await CreateAsync(Client(Rotated), "a", "b", "c");
        await CreateAsync(Client(Mine), "a", "b", "c");
        Assert.Equal(before + 1, await CallsAsync());
        Assert.Equal(3, await CreatesAsync());
        Assert.Equal((1, 2), (Count("accounts"), Count("account_keys")));
    }

    [Fact]
    public async Task Keys_that_are_rotated_back_and_forth_add_to_one_batch()
    {
        foreach (var (key, rows) in new[] { (Mine, 1), (Rotated, 2), (Mine, 3), (Rotated, 4), ("sim-org1-third", 5) })
        {
            await CreateAsync(Client(key), [.. Enumerable.Range(0, rows).Select(n => $"row {n} [instant]")]);
        }

        Assert.Equal(5, await CreatesAsync());
        Assert.Equal(5, (await ResolvedAsync(Client("sim-org1-fourth"))).List(new PredictionQuery { Batch = "spring" }).Count());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task Another_organisation_s_key_has_batches_slots_and_rate_of_its_own(int status)
    {
        var mine = Client(Mine, options => options with { MaxConcurrent = 2, CreatesPerMinute = 2 });
        await CreateAsync(mine, "a [never]", "b [never]");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status, times = 2 });

        // As many as there are slots, and creates in a minute, although the first account has used up its own.
        var foreign = Client(Foreign, options => options with { MaxConcurrent = 2, CreatesPerMinute = 2 });
        var created = await CreateAsync(foreign, "a [never]", "b [never]").WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.All(created, outcome => Assert.Equal(CreateOutcome.Created, Result(outcome).Outcome));
        Assert.Equal(4, await CreatesAsync());
        Assert.Equal(2, foreign.List(new PredictionQuery()).Count());
        Assert.Equal(2, Count("accounts"));
        Assert.Contains(Shop.Notices, notice => notice.Level == NoticeLevel.Warning && notice.Message.Contains("Batch 'spring' is new to the account of this key", StringComparison.Ordinal));

        // Whose it is was learned for good.
        await Shop.Simulator.ClearFaultsAsync();
        var before = await CallsAsync();
        await ResolvedAsync(Client(Foreign));
        Assert.Equal(before, await CallsAsync());
    }

    [Fact]
    public async Task A_prediction_that_the_service_forgot_proves_nothing_and_the_next_one_is_asked_for()
    {
        await FinishAsync(Client(Mine), "a", "b", "c", "d");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status = 404, times = 2 });

        Assert.All(await CreateAsync(Client(Rotated), "a", "b", "c", "d"), outcome => Assert.Equal(CreateOutcome.Found, Result(outcome).Outcome));
        Assert.Equal(4, await CreatesAsync());
    }

    [Fact]
    public async Task A_bad_key_is_an_error_and_leaves_nothing_in_the_ledger()
    {
        await FinishAsync(Client(Mine), "a");
        var before = (Count("accounts"), Count("account_keys"));
        await Shop.Simulator.SettingsAsync(("key", Mine));

        var run = Shop.Run(Client("sim-org1-typo"));
        var outcome = await run.Submit(Row("b"), Cancel).Result;

        Assert.Equal((CreateOutcome.NotSent, KlingErrorId.Unauthorized, 401), (outcome.Outcome, run.Stopped?.ErrorId, run.Stopped?.StatusCode));
        Assert.Equal(1, (await Shop.StateAsync()).Number("createCalls"));
        Assert.Equal(before, (Count("accounts"), Count("account_keys")));
    }

    [Theory]
    [InlineData("status", 503, null)]
    [InlineData("status", 429, null)]
    [InlineData("status", 402, null)]
    [InlineData("html", 200, null)]
    [InlineData("json", 200, "{}")]
    [InlineData("json", 200, """{"status":"error","message":"Prediction not found"}""")]
    [InlineData("json", 200, """{"id":"another","status":"success"}""")]
    [InlineData("reset-before", 0, null)]
    [InlineData("hang", 0, null)]
    public async Task An_answer_that_proves_nothing_creates_nothing_and_the_same_line_goes_on_later(string fault, int status, string? body)
    {
        await FinishAsync(Client(Mine), "a", "b");
        var before = (Count("accounts"), Count("account_keys"));
        await Shop.Simulator.FaultsAsync(status == 0
            ? new { on = "get", @do = fault, times = -1 }
            : new { on = "get", @do = fault, status, body = body ?? "<html>", times = -1 });

        var run = Shop.Run(Client(Rotated, time: new ScaledTime(50)));
        var outcomes = await Task.WhenAll(run.Submit(Row("a"), Cancel).Result, run.Submit(Row("b"), Cancel).Result);

        Assert.All(outcomes, outcome => Assert.Equal(CreateOutcome.NotSent, outcome.Outcome));
        Assert.Contains(run.Stopped!.ErrorId, (string[])[KlingErrorId.ServerError, KlingErrorId.NetworkError]);
        Assert.Contains("could not be proven whose key", run.Stopped.Message, StringComparison.Ordinal);
        Assert.Contains("-Account", run.Stopped.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(2, (await Shop.StateAsync()).Number("createCalls"));
        Assert.Equal(before, (Count("accounts"), Count("account_keys")));

        await Shop.Simulator.ClearFaultsAsync();
        Assert.All(await CreateAsync(Client(Rotated), "a", "b"), outcome => Assert.Equal(CreateOutcome.Found, Result(outcome).Outcome));
        Assert.Equal(2, (await Shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task Reads_go_on_without_the_ledger_where_nothing_is_proven()
    {
        await FinishAsync(Client(Mine), "a");
        var known = Client(Mine).List(new PredictionQuery()).Single().Id!;
        var other = await Shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("[instant]"), organisation: "org1");
        await Shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status = 503, times = -1, match = known });

        var client = Client(Rotated, time: new ScaledTime(50));
        var ended = await client.WaitAsync(new KlingPrediction { Id = other }, TimeSpan.FromMinutes(10), null, Cancel);

        Assert.Equal(KlingStatus.Success, ended.Status);
        Assert.Equal((1, 1), (Count("accounts"), Count("account_keys")));
        await Assert.ThrowsAsync<KlingException>(() => client.ResolveAccountAsync(new Progress<Notice>(), Cancel));
    }

    [Fact]
    public async Task Connecting_asks_nothing_and_makes_no_file()
    {
        var before = await CallsAsync();

        var client = Client(Mine, account: "studio");

        Assert.Equal(("studio", "studio"), (client.Connection.Account, client.Describe().Account));
        Assert.Null(Client(Rotated).Describe().Account);
        await client.ResolveAccountAsync(new Progress<Notice>(), Cancel);
        Assert.Equal(before, await CallsAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Shop.Home));
    }

    [Fact]
    public async Task Processes_that_meet_a_new_key_at_once_end_with_one_account()
    {
        await FinishAsync(Client(Mine), "a [instant]", "b [instant]");
        await Shop.Simulator.SettingsAsync(("latency", 20));

        foreach (var (key, creates) in new[] { (Rotated, 2), (Foreign, 4) })
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => CreateAsync(Client(key), "a [instant]", "b [instant]")));
            Assert.Equal(creates, await CreatesAsync());
        }

        await Shop.Simulator.SettingsAsync(("latency", 0));
        Assert.Equal((2, 3), (Count("accounts"), Count("account_keys")));
    }

    [Fact]
    public async Task A_key_that_is_revoked_in_the_middle_and_replaced_pays_for_no_row_twice()
    {
        string[] rows = [.. Enumerable.Range(0, 6).Select(n => $"row {n}")];
        var run = Shop.Run(Client(Mine));
        foreach (var (row, n) in rows.Select((row, n) => (row, n)))
        {
            if (n == 3)
            {
                await Shop.Simulator.SettingsAsync(("key", Rotated));
            }

            var ticket = run.Submit(Row(row), Cancel);
            await ticket.NextMayStart;
        }

        Assert.Equal(KlingErrorId.Unauthorized, run.Stopped?.ErrorId);
        Assert.Equal(3, await CreatesAsync());

        var again = await CreateAsync(Client(Rotated), rows);

        Assert.Equal((3, 3), (again.Count(outcome => Result(outcome).Outcome == CreateOutcome.Found), again.Count(outcome => Result(outcome).Outcome == CreateOutcome.Created)));
        Assert.Equal(6, await CreatesAsync());
    }

    [Fact]
    public async Task Two_keys_of_one_organisation_share_slots_and_rate()
    {
        await FinishAsync(Client(Mine), "proof");
        KlingClient[] clients = [.. new[] { Mine, Rotated }.Select(key => Client(key, options => options with { MaxConcurrent = 3, CreatesPerMinute = 7 }))];
        await Shop.Simulator.SettingsAsync(("job-seconds", 20), ("max-concurrent", 100));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var runs = clients.Select((client, n) => CreateUntilAsync(client, [.. Enumerable.Range(0, 6).Select(row => $"{n} {row}")], stop.Token)).ToList();
        await Until.TrueAsync(async () => await CreatesAsync() == 7);
        await Task.Delay(1500, Cancel);
        await stop.CancelAsync();
        await Task.WhenAll(runs);

        await Shop.Simulator.SettingsAsync(("job-seconds", 300));
        var state = await Shop.StateAsync();
        Assert.Equal(7, state.Number("creates"));
        Assert.InRange(state.Number("maxInFlight"), 2, 3);
        Assert.Equal(0, state.Refused("concurrency"));
    }

    [Fact]
    public async Task What_a_dead_process_left_behind_under_the_old_key_is_settled_under_the_new_one()
    {
        var connection = Options(Mine);
        await FinishAsync(Client(Mine), "a");
        var account = Scalar<string>("SELECT account FROM accounts");
        using (var dead = SqliteLedger.Open(Shop.Home, account, TimeProvider.System))
        {
            var row = Row("lost");
            var key = CanonicalRow.Key(row, 0);
            Assert.IsType<Reservation.Granted>(dead.Reserve(new RowIntent(row.Model, row.Input, InputIdentity.JobHash(row.Model, row.Input)) { Batch = row.Batch, Key = key }, new Limits(10, 100), false));
        }

        var made = await Shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input("lost"), organisation: "org1");

        var outcome = Assert.Single(await CreateAsync(Client(Rotated), "lost"));

        Assert.Equal((made, 1L), (Result(outcome).Prediction?.Id, await CreatesAsync()));
        Assert.Equal(connection.BaseUri.Authority, Scalar<string>("SELECT host FROM accounts"));
    }

    [Fact]
    public async Task An_account_that_has_only_open_rows_can_prove_no_key_and_lets_nothing_be_created()
    {
        using (var dead = SqliteLedger.Open(Shop.Home, Options(Mine).AccountHash(), TimeProvider.System))
        {
            Assert.IsType<Reservation.Granted>(dead.Reserve(new RowIntent("m", new KlingInput { ["prompt"] = "a" }, "hash") { Batch = "spring", Key = "k" }, new Limits(10, 100), false));
        }

        var run = Shop.Run(Client(Rotated, time: new ScaledTime(50)));
        Assert.Equal(CreateOutcome.NotSent, (await run.Submit(Row("a"), Cancel).Result).Outcome);
        Assert.Equal((KlingErrorId.CreateUnknown, 0L), (run.Stopped?.ErrorId, (await Shop.StateAsync()).Number("createCalls")));

        // The error names the account, and the account can be named by that.
        var id = Scalar<string>("SELECT account FROM accounts");
        var shown = id[..12].ToLowerInvariant();
        Assert.Contains($"-Account '{shown}'", run.Stopped!.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(shown, (await ResolvedAsync(Client(Rotated, account: shown.ToUpperInvariant()))).Describe().Account);
        Assert.Equal((1, 2), (Count("accounts"), Count("account_keys")));
    }

    [Fact]
    public async Task A_key_whose_account_owns_nothing_is_proved_again()
    {
        // It came to its account when there was nothing to prove it with.
        using (SqliteLedger.Open(Shop.Home, Options(Rotated).AccountHash(), TimeProvider.System))
        {
        }

        await FinishAsync(Client(Mine), "a", "b");

        Assert.All(await CreateAsync(Client(Rotated), "a", "b"), outcome => Assert.Equal(CreateOutcome.Found, Result(outcome).Outcome));
        Assert.Equal(2, await CreatesAsync());
    }

    [Fact]
    public async Task More_accounts_than_are_asked_about_create_nothing()
    {
        foreach (var n in Enumerable.Range(0, 9))
        {
            await FinishAsync(Client($"sim-orgx{n}-key", account: $"client {n}"), "a");
        }

        var gets = (await Shop.StateAsync()).Number("gets");
        var run = Shop.Run(Client(Foreign));
        Assert.Equal(CreateOutcome.NotSent, (await run.Submit(Row("a"), Cancel).Result).Outcome);

        Assert.Equal((KlingErrorId.CreateUnknown, 9L), (run.Stopped?.ErrorId, await CreatesAsync()));
        Assert.Equal(8, (await Shop.StateAsync()).Number("gets") - gets);
    }

    [Fact]
    public async Task Tab_completion_goes_by_the_account_and_asks_nothing()
    {
        await FinishAsync(Client(Mine), "a");
        var before = await CallsAsync();
        Assert.Empty(Client(Rotated).Hints.Batches(_ => true));
        Assert.Equal(before, await CallsAsync());

        await ResolvedAsync(Client(Rotated));

        Assert.Equal("spring", Assert.Single(Client(Rotated).Hints.Batches(_ => true)).Name);
        Assert.Equal(Client(Mine).Describe().Account, Client(Rotated).Describe().Account);
    }

    private static VideoRequest Row(string prompt) => Workshop.Row(prompt, "spring", prompt);

    private static CreateResult Result(object outcome) => Assert.IsType<CreateResult>(outcome);

    private static async Task<KlingClient> ResolvedAsync(KlingClient client)
    {
        await client.ResolveAccountAsync(new Progress<Notice>(), Cancel);
        return client;
    }

    private ConnectionOptions Options(string key) => new() { ApiKey = key, BaseUri = new Uri(Shop.Simulator.Uri, "v1") };

    private KlingClient Client(string key, Func<ConnectionOptions, ConnectionOptions>? change = null, string? account = null, TimeProvider? time = null) =>
        Shop.Client(options => (change?.Invoke(options) ?? options) with { ApiKey = key, Account = account }, time);

    private Task<IReadOnlyList<object>> CreateAsync(KlingClient client, params string[] prompts) => CreateUntilAsync(client, prompts, Cancel);

    private async Task<IReadOnlyList<object>> CreateUntilAsync(KlingClient client, string[] prompts, CancellationToken stop)
    {
        var run = Shop.Run(client);
        var outcomes = new List<object>();
        foreach (var prompt in prompts)
        {
            var ticket = run.Submit(Row(prompt), stop);
            await ticket.NextMayStart;
            try
            {
                outcomes.Add(await ticket.Result);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
        }

        return outcomes;
    }

    private async Task FinishAsync(KlingClient client, params string[] prompts)
    {
        foreach (var outcome in await CreateAsync(client, prompts))
        {
            await client.CancelAsync(Result(outcome).Prediction!.Id!, Cancel);
        }
    }

    private async Task<long> CreatesAsync() => (await Shop.StateAsync()).Number("creates");

    private async Task<int> CallsAsync() => (await Shop.StateAsync()).GetProperty("calls").GetArrayLength();

    private long Count(string table) => Scalar<long>($"SELECT count(*) FROM {table}");

    private T Scalar<T>(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(Shop.Home)};Pooling=False");
        connection.Open();
        return connection.Scalar<T>(sql)!;
    }
}
