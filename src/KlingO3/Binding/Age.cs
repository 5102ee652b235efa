using System.Globalization;

namespace KlingO3.Binding;

/// <summary>How long ago something was, in words.</summary>
internal static class Age
{
    /// <summary><c>3 min ago</c>.</summary>
    /// <param name="since">When it was; null where nobody knows.</param>
    public static string Describe(DateTimeOffset? since) => (DateTimeOffset.UtcNow - since) switch
    {
        null => "of unknown age",
        { TotalSeconds: < 60 } age => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, age.TotalSeconds):0} s ago"),
        { TotalMinutes: < 60 } age => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min ago"),
        { TotalHours: < 48 } age => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h ago"),
        { } age => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} days ago"),
    };
}
