using System.Security.Cryptography;
using System.Text;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Ledgers of schema 3, in which an account was the hash of one key and of the host as it was spelled.</summary>
public sealed class AccountMigrationTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private const int LastSchemaByKey = 3;
    private const string Mine = "sim-org1-first";

    private Workshop? _shop;

    private Workshop Shop => _shop!;

    public async ValueTask InitializeAsync() => _shop = await Workshop.OpenOnAsync(fixture.Simulator);

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", Mine)]
    [InlineData("localhost", "localhost", Mine)]
    [InlineData("localhost", "127.0.0.1", Mine)]
    [InlineData("127.0.0.1", "localhost", Mine)]
    [InlineData("127.0.0.1", "127.0.0.1", "sim-org1-second")]
    [InlineData("localhost", "127.0.0.1", "sim-org1-second")]
    public async Task Everything_in_it_is_found_under_the_old_key_and_a_rotated_one(string written, string read, string key)
    {
        await MakeAsync(written, 2);

        var client = Client(key, read);
        var outcomes = await Shop.CreateAsync(client, Rows(2));

        Assert.All(outcomes, outcome => Assert.Equal(CreateOutcome.Found, Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal(0, (await Shop.StateAsync()).Number("creates"));
        Assert.Equal(2, client.List(new PredictionQuery { Batch = "spring" }).Count());
        Assert.Equal("/videos/row 0.mp4", client.List(new PredictionQuery { Name = "row 0" }).Single().File);
        Assert.Equal($"127.0.0.1:{Shop.Simulator.Uri.Port}", Scalar("SELECT host FROM accounts"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task What_was_written_under_two_spellings_of_the_host_is_one_batch(string read)
    {
        await MakeAsync("localhost", 4);
        await MakeAsync("127.0.0.1", 2);

        var outcomes = await Shop.CreateAsync(Client(Mine, read), Rows(4));

        Assert.All(outcomes, outcome => Assert.Equal(CreateOutcome.Found, Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal(0, (await Shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task Its_limits_hold_on_under_a_rotated_key()
    {
        await MakeAsync("127.0.0.1", 2, running: true);
        var client = Client("sim-org1-second", "127.0.0.1", options => options with { MaxConcurrent = 2 });

        var ticket = Shop.Run(client).Submit(Workshop.Row("more"), TestContext.Current.CancellationToken);
        await Task.WhenAny(ticket.Result, Task.Delay(1000, TestContext.Current.CancellationToken));

        Assert.False(ticket.Result.IsCompleted);
        Assert.Equal(0, (await Shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public async Task Completion_does_not_upgrade_it()
    {
        await MakeAsync("localhost", 2);
        var before = await File.ReadAllBytesAsync(LedgerLocation.FileIn(Shop.Home), TestContext.Current.CancellationToken);

        var client = Client(Mine, "127.0.0.1");

        // What it offers comes with the first command that uses the ledger, and so upgrades it.
        Assert.Empty(client.Hints.Batches(_ => true));
        Assert.Equal(Hash("localhost", Mine)[..12].ToLowerInvariant(), client.Describe().Account);
        Assert.Equal(before, await File.ReadAllBytesAsync(LedgerLocation.FileIn(Shop.Home), TestContext.Current.CancellationToken));
    }

    private static VideoRequest[] Rows(int count) => [.. Enumerable.Range(0, count).Select(n => Workshop.Row($"row {n}", "spring", $"row {n}"))];

    /// <summary>A ledger as the version before accounts left it, with rows that the service knows.</summary>
    private async Task MakeAsync(string host, int rows, bool running = false)
    {
        SqliteLedger.InitializeNative();
        using var sql = new SqliteConnection($"Data Source={LedgerLocation.FileIn(Shop.Home)};Pooling=False");
        sql.Open();
        LedgerSchema.Upgrade(sql, LedgerLocation.FileIn(Shop.Home), LastSchemaByKey);
        var account = Hash(host, Mine);
        foreach (var row in Rows(rows))
        {
            var id = await Shop.Simulator.PlantAsync(SimulatorClient.Model, Workshop.Input(row.Name!), organisation: "org1");
            sql.Execute(
                """
                INSERT INTO predictions (account, batch, key, name, model, input, input_hash, id, status, in_flight, created_at, completed_at)
                VALUES ($account, $batch, $key, $name, $model, $input, $hash, $id, $status, $running, 1, $completed)
                """,
                ("$account", account), ("$batch", row.Batch), ("$key", RowKeyVersion1.Of(row.Model, row.Input, row.Name!, 0)), ("$name", row.Name), ("$model", row.Model), ("$input", row.Input.ToString()),
                ("$hash", InputIdentity.JobHash(row.Model, row.Input)), ("$id", id), ("$status", running ? "Created" : "Success"), ("$running", running ? 1 : 0), ("$completed", running ? null : 1L));
            sql.Execute("INSERT INTO files (account, id, output, path, length, saved_at) VALUES ($account, $id, 0, $path, 7, 1)",
                ("$account", account), ("$id", id), ("$path", $"/videos/{row.Name}.mp4"));
        }

        Assert.Equal((long)LastSchemaByKey, sql.Scalar<long>("PRAGMA user_version"));
    }

    /// <summary>As that version computed it.</summary>
    private string Hash(string host, string key) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"KlingO3 {host}:{Shop.Simulator.Uri.Port} {key}")), 0, 16);

    private KlingClient Client(string key, string host, Func<ConnectionOptions, ConnectionOptions>? change = null) => Shop.Client(options => (change?.Invoke(options) ?? options) with
    {
        ApiKey = key,
        BaseUri = new UriBuilder(options.BaseUri) { Host = host }.Uri,
    });

    private string? Scalar(string query)
    {
        using var sql = new SqliteConnection($"Data Source={LedgerLocation.FileIn(Shop.Home)};Pooling=False");
        sql.Open();
        return sql.Scalar<string>(query);
    }
}
