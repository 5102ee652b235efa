using System.Text.Json;
using System.Text.Json.Serialization;

namespace KlingO3.Benchmarks;

/// <summary>One measured number, as the scripts beside this write theirs.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Of the number.</param>
/// <param name="Limit">What it is to reach, as text; empty where it only informs.</param>
/// <param name="Reached">Whether it does.</param>
/// <param name="How">What was done.</param>
internal sealed record Figure(
    [property: JsonPropertyName("Figure")] string Name, double Value, string Unit, string Limit, bool Reached, string How)
{
    /// <summary>Writes a line of JSON to stdout.</summary>
    public void Write() => Console.WriteLine(JsonSerializer.Serialize(this with { Value = Math.Round(Value, 4) }));

    public static void AtMost(string name, double value, string unit, double limit, string how) =>
        new Figure(name, value, unit, FormattableString.Invariant($"<= {limit}"), value <= limit, how).Write();

    public static void AtLeast(string name, double value, string unit, double limit, string how) =>
        new Figure(name, value, unit, FormattableString.Invariant($">= {limit}"), value >= limit, how).Write();

    public static void Told(string name, double value, string unit, string how) => new Figure(name, value, unit, "", true, how).Write();
}
