using KlingO3.Bulk;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class OrphanRecoveryTests
{
    [Fact]
    public async Task A_row_whose_settling_fails_in_a_way_nobody_expects_is_given_up_and_not_kept()
    {
        using var home = new TemporaryFolder();
        var time = TimeProvider.System;
        long row;
        using (var dead = SqliteLedger.Open(home.Path, "account", time))
        {
            row = Assert.IsType<Reservation.Granted>(dead.Reserve(new RowIntent("m", new KlingInput { ["prompt"] = "one" }, "hash"), new Limits(10, 100), retryFailed: false)).Row;
        }

        using var http = new HttpPipelines(new ConnectionOptions { ApiKey = "sim-key", BaseUri = new Uri("http://127.0.0.1:9/v1") }, new ExchangeLog(), time);
        using var ledger = new LedgerAccess(() => SqliteLedger.Open(home.Path, "account", time), () => true);
        var clock = new ServiceClock(time);
        var service = new KlingService(http.Service(), clock, time);
        var settler = new Settler(service, ledger, clock, new ExecutionList(service), TimeSpan.Zero, time);

        new OrphanRecovery(ledger, settler, time, TestContext.Current.CancellationToken).Begin(new Thrower());

        await Until.TrueAsync(() => ledger.Required.Get(row) is { Owner: null, IsLost: true });
    }

    private sealed class Thrower : IProgress<Notice>
    {
        public void Report(Notice value) => throw new InvalidOperationException("nobody listens");
    }
}
