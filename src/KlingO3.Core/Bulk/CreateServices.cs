using KlingO3.Files;
using KlingO3.Input;
using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>What a create needs of its connection.</summary>
internal sealed record CreateServices(
    KlingService Service,
    AccountResolver Accounts,
    LedgerAccess Ledger,
    CreateGate Gate,
    Settler Settler,
    OrphanRecovery Recovery,
    Uploader Uploader,
    ExecutionList Executions,
    RemoteContents Contents,
    TimeSpan SettleDelay,
    ServiceClock Clock,
    TimeProvider Time)
{
    /// <summary>The models as the connection knows them.</summary>
    public required ConnectionCatalog Catalog { get; init; }
}
