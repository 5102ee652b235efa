using KlingO3.Bulk;

namespace KlingO3;

/// <content>The balance.</content>
public sealed partial class KlingClient
{
    /// <summary>Asks the service for the account's balance, at most three times a second.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="KlingException"><c>KlingServerError</c>, <c>KlingRateLimited</c> … where the service will not tell: that is no balance of 0.</exception>
    public async Task<KlingBalance> GetBalanceAsync(CancellationToken cancellationToken)
    {
        var balance = await _service.BalanceAsync(cancellationToken).ConfigureAwait(false);
        return new KlingBalance { BalanceUsd = balance, AsOf = _time.GetUtcNow() };
    }

    /// <summary>What a video is estimated to cost in USD, going by what the ledger knows of earlier ones of the same model, duration and sound. Asks the service nothing.</summary>
    /// <param name="model">The slug.</param>
    /// <param name="input">The input.</param>
    /// <returns>Null where nothing tells it.</returns>
    public decimal? EstimateCost(string model, KlingInput input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        return CostEstimate.Of(_ledger, Catalog, model, input);
    }
}
