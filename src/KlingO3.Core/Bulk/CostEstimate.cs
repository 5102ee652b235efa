using KlingO3.Input;

namespace KlingO3.Bulk;

/// <summary>What a row is estimated to cost, for people. The service is not asked.</summary>
internal static class CostEstimate
{
    /// <summary>By the newest rows of the same price, else by the newest of the model, else by the catalog. In USD; null where nothing tells it.</summary>
    public static decimal? Of(LedgerAccess ledger, string model, KlingInput input) =>
        ledger.Try(open => open.Estimate(PriceClass.Of(model, input)) ?? open.Cost(model), null) ?? ModelCatalog.Find(model)?.CostUsd;
}
