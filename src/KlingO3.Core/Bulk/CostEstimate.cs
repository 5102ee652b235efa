using KlingO3.Input;

namespace KlingO3.Bulk;

/// <summary>What a row is estimated to cost, for people. The service is not asked.</summary>
internal static class CostEstimate
{
    /// <summary>By the newest rows of the same price, else by the newest of the model, else by what the service said of the model. In USD; null where nothing tells it.</summary>
    public static decimal? Of(LedgerAccess ledger, ConnectionCatalog catalog, string model, KlingInput input) =>
        ledger.Try(open => open.Estimate(PriceClass.Of(model, input)) ?? open.Cost(model), null) ?? catalog.Find(model)?.CostUsd;
}
