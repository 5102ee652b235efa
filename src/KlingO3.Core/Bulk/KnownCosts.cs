using System.Globalization;

namespace KlingO3.Bulk;

/// <summary>
/// Warns when the rows of a run would cost more than the account has, as far as costs are known: from what earlier videos of a model cost, or from
/// what the service says of the model. The balance is asked for once a run, and only when a cost is known. Nothing here stops or fails a create,
/// or holds one up for longer than <see cref="Patience"/>.
/// </summary>
/// <param name="services">What the run works with.</param>
/// <param name="notices">Who is warned.</param>
internal sealed class KnownCosts(CreateServices services, IProgress<Notice> notices)
{
    /// <summary>How long the first row waits for the balance, so that the warning comes before anything is paid for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object _lock = new();
    private readonly Dictionary<string, decimal?> _costs = new(StringComparer.Ordinal);
    private Task<decimal?>? _balance;
    private decimal _sum;
    private int _rows;
    private bool _warned;

    /// <summary>A row is about to enter that is new. Never fails but by cancellation.</summary>
    /// <param name="model">Its model.</param>
    /// <param name="cancellationToken">Withdraws the row.</param>
    public async Task AddAsync(string model, CancellationToken cancellationToken)
    {
        Task<decimal?> balance;
        var first = false;
        lock (_lock)
        {
            if (_warned || Cost(model) is not { } cost)
            {
                return;
            }

            (_sum, _rows) = (_sum + cost, _rows + 1);
            first = _balance is null;
            balance = _balance ??= Task.Run(AskAsync, CancellationToken.None);
        }

        if (first)
        {
            await Task.WhenAny(balance, Task.Delay(Patience, services.Time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (balance is { IsCompleted: true, Result: { } left })
        {
            Compare(left);
        }
    }

    private void Compare(decimal left)
    {
        lock (_lock)
        {
            if (_warned || _sum <= left)
            {
                return;
            }

            _warned = true;
        }

        notices.Report(new Notice(
            NoticeLevel.Warning,
            $"The balance was {Usd(left)} when this run began, and the {(_rows == 1 ? "row" : $"{_rows} rows")} that it creates so far cost about {Usd(_sum)}, going by earlier ones. "
            + "The service may refuse the rest (KlingPaymentRequired); what was not created is not paid for. Add balance in the each::labs dashboard; with -Batch the same line then goes on."));
    }

    /// <summary>Null where the service would not tell: that is no balance of 0.</summary>
    private async Task<decimal?> AskAsync()
    {
        try
        {
            return await services.Service.BalanceAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private decimal? Cost(string model)
    {
        if (!_costs.TryGetValue(model, out var cost))
        {
            cost = services.Ledger.Try(open => open.Cost(model), null) ?? services.Catalog.Find(model)?.CostUsd;
            _costs[model] = cost;
        }

        return cost;
    }

    private static string Usd(decimal amount) => $"{amount.ToString("0.00", CultureInfo.InvariantCulture)} USD";
}
