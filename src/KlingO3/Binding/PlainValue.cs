using System.Collections;
using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>Takes PowerShell's wrapping off values, so that the engine sees strings, numbers, Booleans, dictionaries and lists.</summary>
internal static class PlainValue
{
    // Nothing that the service takes is nested deeper than four; this only keeps an object that contains itself from going on for ever.
    private const int MaxDepth = 32;

    /// <summary>The value without PowerShell's wrapping.</summary>
    public static object? From(object? value) => From(value, 0);

    /// <summary>Whether the value means "not given": null, blank text, an empty list.</summary>
    public static bool IsBlank(object? value) => value switch
    {
        null or DBNull => true,
        string text => string.IsNullOrWhiteSpace(text),
        ICollection { Count: 0 } => true,
        _ => false,
    };

    private static object? From(object? value, int depth)
    {
        if (value is PSObject { BaseObject: PSCustomObject } custom)
        {
            return depth < MaxDepth ? FromProperties(custom, depth) : custom.ToString();
        }

        var plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            null or DBNull or string or Uri or KlingElement or ValueType => plain is DBNull ? null : plain,
            IDictionary when depth >= MaxDepth => plain.ToString(),
            IDictionary entries => FromEntries(entries, depth),
            IEnumerable when depth >= MaxDepth => plain.ToString(),
            IEnumerable items => items.Cast<object?>().Select(item => From(item, depth + 1)).ToArray(),
            FileInfo file => file.FullName,
            _ => plain,
        };
    }

    private static Dictionary<string, object?> FromEntries(IDictionary entries, int depth)
    {
        var plain = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in entries)
        {
            plain[entry.Key.ToString() ?? ""] = From(entry.Value, depth + 1);
        }

        return plain;
    }

    private static Dictionary<string, object?> FromProperties(PSObject custom, int depth)
    {
        var plain = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in custom.Properties)
        {
            plain[property.Name] = From(property.Value, depth + 1);
        }

        return plain;
    }
}
