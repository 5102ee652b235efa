namespace KlingO3.Bulk;

/// <summary>The limit of a run's costs, with what the service says that a video of each model costs.</summary>
/// <param name="services">What the run works with.</param>
/// <param name="max">The limit in USD; null for none.</param>
internal sealed class CostCaps(CreateServices services, decimal? max)
{
    private static readonly TimeSpan PriceTimeout = TimeSpan.FromSeconds(5);

    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, Task<decimal?>> _prices = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The limit for a row of a model; null for none.</summary>
    public async Task<CostCap?> OfAsync(string model, CancellationToken cancellationToken)
    {
        if (max is not { } limit)
        {
            return null;
        }

        Task<decimal?> price;
        lock (_prices)
        {
            if (!_prices.TryGetValue(model, out price!))
            {
                _prices[model] = price = PriceAsync(model);
            }
        }

        return new CostCap(limit, _run, await price.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Null where the service does not say: then the first row goes alone, and tells it.</summary>
    private async Task<decimal?> PriceAsync(string model)
    {
        using var limit = new CancellationTokenSource(PriceTimeout, services.Time);
        try
        {
            return (await services.Service.ModelAsync(model, limit.Token).ConfigureAwait(false)).CostUsd is > 0 and var price ? price : null;
        }
        catch (Exception error) when (error is KlingException or OperationCanceledException)
        {
            return null;
        }
    }
}
