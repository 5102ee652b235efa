using System.Globalization;
using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>Values of rows as text, the same in every culture: a row that is named 1.5 is one row of its batch everywhere.</summary>
internal static class InvariantText
{
    /// <summary>The text; null for nothing.</summary>
    public static string? Of(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) is IFormattable plain
        ? plain.ToString(null, CultureInfo.InvariantCulture)
        : value?.ToString();
}
