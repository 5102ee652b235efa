using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>What uses the ledger only if it works is not disturbed by anything that goes wrong with it.</summary>
public sealed class LedgerAccessTests
{
    public static TheoryData<Exception> Troubles =>
    [
        new InvalidOperationException("odd"), new FormatException("odd"), new NotSupportedException("odd"), new ObjectDisposedException("odd"), new OperationCanceledException("odd"),
    ];

    [Theory]
    [MemberData(nameof(Troubles), DisableDiscoveryEnumeration = true)]
    public void Whatever_fails_is_absorbed_and_counted(Exception trouble)
    {
        using var access = new LedgerAccess(() => throw trouble, () => true);

        Assert.Equal(7, access.Try(_ => 1, 7));
        access.Try(_ => { });

        Assert.Equal(2, access.Troubles);
        Assert.Equal(KlingErrorId.LedgerUnavailable, access.Trouble?.ErrorId);
        Assert.Contains("odd", access.Trouble!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_connection_is_no_trouble_of_the_ledger()
    {
        var access = new LedgerAccess(() => throw new InvalidOperationException(), () => true);
        access.Dispose();

        Assert.Equal(7, access.Try(_ => 1, 7));
        Assert.Equal(0, access.Troubles);
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_does_not_keep_the_ledger_locked()
    {
        using var home = new TemporaryFolder();
        using var ledger = SqliteLedger.Open(home.Path, "account", TimeProvider.System);
        ledger.Save(new KlingPrediction { Id = "p", Model = "m", Status = KlingStatus.Success, Cost = 1 });
        Execute(home.Path, "UPDATE predictions SET cost = 'a lot'");

        // On a thread of its own, which would take a lock with it.
        var reading = new Thread(() => Record.Exception(() => ledger.Cost("m")));
        reading.Start();
        reading.Join();

        Assert.True(await Task.Run(() => ledger.Heard("p") || true).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cost_that_cannot_be_read_does_not_keep_a_row_from_being_created()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("one")]);
        Execute(shop.Home, "UPDATE predictions SET status = 'Success', cost = 'a lot'");

        var outcome = Assert.Single(await shop.CreateAsync(client, [Workshop.Row("two")]));

        Assert.Equal(CreateOutcome.Created, Assert.IsType<CreateResult>(outcome).Outcome);
        Assert.Equal(2, (await shop.StateAsync()).Number("createCalls"));
    }

    private static void Execute(string home, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(home)};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
