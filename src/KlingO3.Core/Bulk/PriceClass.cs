using System.Collections;
using System.Globalization;

namespace KlingO3.Bulk;

/// <summary>What the price of a video depends on, as far as the service's price lists tell: its model, its duration and whether it has sound.</summary>
internal static class PriceClass
{
    private static readonly string[] Inputs = ["duration", "generate_audio", "keep_audio"];

    /// <summary>Equal for rows that cost the same.</summary>
    public static string Of(string model, KlingInput input)
    {
        var defaults = ModelDefaults.Of(model).ToDictionary(one => one.Name, one => one.Value);
        return string.Join('|', Inputs.Select(name => Text(input[name]) ?? defaults.GetValueOrDefault(name) ?? "").Prepend(model)).ToLowerInvariant();
    }

    private static string? Text(object? value) => value is null or IDictionary or (IEnumerable and not string) ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
}
