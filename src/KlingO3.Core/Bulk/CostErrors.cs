using System.Globalization;

namespace KlingO3.Bulk;

/// <summary>Why <c>-MaxCost</c> ends the creating.</summary>
internal static class CostErrors
{
    public static KlingException Limit(Reservation.OverCost over) => new(
        KlingErrorId.CostLimit,
        over.Next is { } next
            ? $"-MaxCost is reached: {Usd(over.Spent)} spent{(over.Open > 0 ? $", about {Usd(over.Open)} for rows that have not ended" : "")}, and the next row would cost about {Usd(next)}."
            : $"-MaxCost cannot be kept for more rows: {Usd(over.Spent)} spent, and neither the service nor the ledger tells what a video of this kind costs.",
        "What is in flight is waited for and saved. To create the rest, run the same line with a higher -MaxCost; with -Batch, what was created already counts and is not created again.");

    private static string Usd(decimal amount) => $"{amount.ToString("0.00##", CultureInfo.InvariantCulture)} USD";
}
