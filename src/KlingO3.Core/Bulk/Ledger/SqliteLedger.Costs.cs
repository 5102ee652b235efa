using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <content>Costs: what rows cost, what others like them will, and whether the next one may be sent.</content>
internal sealed partial class SqliteLedger
{
    /// <summary>How many of the newest costs of a kind an estimate goes by: it is the highest of them.</summary>
    private const int CostsOfEstimate = 20;

    public decimal? Estimate(string priceClass) => Read(sql => Estimate(sql, priceClass));

    /// <summary>Whether a row would cost more than its limit leaves. Asked in the transaction that reserves it, so that all processes keep the limit together.</summary>
    /// <param name="sql">The connection.</param>
    /// <param name="intent">The row.</param>
    /// <param name="estimate">What the row is estimated to cost, in USD; null where nothing tells it.</param>
    private Reservation? CostObstacle(SqliteConnection sql, RowIntent intent, out decimal? estimate)
    {
        estimate = null;
        if (intent.Cap is not { } cap)
        {
            return null;
        }

        var next = estimate = Estimate(sql, intent.PriceClass) ?? cap.ServicePrice;
        var costs = CostsOf(sql, intent, next);
        if (next is null)
        {
            // Nothing tells the price: one row goes alone, and its cost tells the next. If it told none, the limit cannot be kept.
            return costs.IsAnyRunning ? new Reservation.Full(ByCost: true)
                : costs.Spent >= cap.Max || costs.AnyUnpriced ? new Reservation.OverCost(costs.Spent, costs.Open, null)
                : null;
        }

        if (costs.Spent + costs.Open + next <= cap.Max)
        {
            return null;
        }

        // What runs may turn out cheaper than it was estimated; a job that failed costs nothing.
        return costs.IsAnyRunning && costs.Spent + costs.Unresolved + next <= cap.Max
            ? new Reservation.Full(ByCost: true)
            : new Reservation.OverCost(costs.Spent, costs.Open, next);
    }

    /// <summary>The highest of the newest costs of a kind: a job that was dearer than its estimate raises the next one.</summary>
    private decimal? Estimate(SqliteConnection sql, string? priceClass)
    {
        var costs = sql.Query(
            "SELECT cost FROM predictions WHERE account = $account AND price_class = $class AND cost IS NOT NULL ORDER BY row DESC LIMIT $most",
            reader => Usd(reader.GetString(0)) ?? 0,
            ("$account", _account),
            ("$class", priceClass),
            ("$most", CostsOfEstimate)).Where(cost => cost > 0).ToList();
        return costs.Count == 0 ? null : costs.Max();
    }

    private BatchCosts CostsOf(SqliteConnection sql, RowIntent intent, decimal? next)
    {
        var rows = intent.Batch is null ? "cost_run = $run" : "batch_key = $batch AND ((key IS NOT NULL AND retired = 0) OR retired = 1)";
        var groups = sql.Query(
            $"""
            SELECT price_class, cost, estimate, completed_at IS NOT NULL, in_flight = 1 OR owner IS NOT NULL, count(*)
            FROM predictions WHERE account = $account AND {rows}
            GROUP BY 1, 2, 3, 4, 5
            """,
            reader => new CostGroup(reader.Text(0), Usd(reader.Text(1)), Usd(reader.Text(2)), reader.GetBoolean(3), reader.GetBoolean(4), reader.GetInt64(5)),
            ("$account", _account),
            ("$run", intent.Cap?.Run),
            ("$batch", NameFolding.Fold(intent.Batch)));
        var estimates = groups.Select(group => group.PriceClass).Distinct().ToDictionary(one => one ?? "", one => one == intent.PriceClass ? next : Estimate(sql, one) ?? next);
        decimal Price(CostGroup group) => group.Count * (group.Cost ?? Higher(group.Estimate, estimates[group.PriceClass ?? ""]));
        return new BatchCosts(
            groups.Where(group => group.IsEnded).Sum(Price),
            groups.Where(group => !group.IsEnded).Sum(Price),
            groups.Where(group => group is { IsEnded: false, IsRunning: false }).Sum(Price),
            groups.Exists(group => group is { IsEnded: false, IsRunning: true }),
            groups.Exists(group => group.Cost is null && group.Estimate is null));
    }

    private static decimal Higher(decimal? one, decimal? other) => Math.Max(one ?? 0, other ?? 0);

    private static decimal? Usd(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd) ? usd : null;

    /// <summary>Rows of one batch that are alike in what they cost.</summary>
    private sealed record CostGroup(string? PriceClass, decimal? Cost, decimal? Estimate, bool IsEnded, bool IsRunning, long Count);

    /// <summary>What a batch costs, in USD.</summary>
    /// <param name="Spent">Rows that have ended; where the service told no cost, their estimate.</param>
    /// <param name="Open">Rows that have not, by their estimates.</param>
    /// <param name="Unresolved">Those of them that nothing watches: unknown ones, which count as paid.</param>
    /// <param name="IsAnyRunning">Whether any row will end and tell its cost.</param>
    /// <param name="AnyUnpriced">Whether a row has neither a cost nor an estimate.</param>
    private sealed record BatchCosts(decimal Spent, decimal Open, decimal Unresolved, bool IsAnyRunning, bool AnyUnpriced);
}
