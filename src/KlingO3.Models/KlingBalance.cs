using System.Globalization;

namespace KlingO3;

/// <summary>What is left of the account's money, as the service told it.</summary>
public sealed record KlingBalance
{
    /// <summary>The balance in USD.</summary>
    public required decimal BalanceUsd { get; init; }

    /// <summary>When the service was asked, in UTC.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary><c>12.34 USD</c>.</summary>
    public override string ToString() => $"{BalanceUsd.ToString("0.00##", CultureInfo.InvariantCulture)} USD";
}
