using System.Globalization;

namespace KlingO3;

/// <summary>Spans of time in messages, the same in every culture.</summary>
internal static class TimeText
{
    /// <summary>The time in seconds with its unit, at most one decimal: <c>1.5 s</c>.</summary>
    public static string InSeconds(this TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    /// <summary>The time in seconds, from two minutes on in minutes: <c>2.5 min</c>.</summary>
    public static string InMinutes(this TimeSpan time) =>
        time < TimeSpan.FromMinutes(2) ? time.InSeconds() : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min");
}
