using System.Collections;
using System.Management.Automation;
using KlingO3.Input;

namespace KlingO3.Binding;

/// <summary>
/// Takes PowerShell's wrapping off values, so that the engine, which knows no PowerShell, sees strings, numbers, dictionaries and lists. What is inside
/// a value is unwrapped only as it is read: how deep and how much to read is the engine's to say.
/// </summary>
internal static class PlainValue
{
    /// <summary>The value without PowerShell's wrapping.</summary>
    public static object? From(object? value) => value switch
    {
        PSObject { BaseObject: PSCustomObject } custom => new PlainMembers(() => custom.Properties.Select(property => KeyValuePair.Create(property.Name, (object?)property.Value))),
        PSObject wrapped => From(wrapped.BaseObject),
        string or KlingElement => value,
        KlingAsset asset => asset.Url,
        Hashtable entries => new PlainMembers(() => Entries(entries).OrderBy(entry => entry.Key, StringComparer.Ordinal)),
        IDictionary entries => new PlainMembers(() => Entries(entries)),
        IEnumerable items => items.Cast<object?>().Select(From),
        _ => value,
    };

    /// <summary>Whether the value means "not given": null, blank text, an empty list.</summary>
    public static bool IsBlank(object? value) => value switch
    {
        null or DBNull => true,
        string text => OuterSpace.IsBlank(text),
        PSObject { BaseObject: not PSCustomObject } wrapped => IsBlank(wrapped.BaseObject),
        ICollection { Count: 0 } => true,
        _ => false,
    };

    // A hashtable's own order differs from process to process, and the same row must always be the same input.
    private static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary entries) =>
        entries.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create(entry.Key.ToString() ?? "", entry.Value));
}
