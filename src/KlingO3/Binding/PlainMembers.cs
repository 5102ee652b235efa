using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace KlingO3.Binding;

/// <summary>The members of an object or a hashtable as a dictionary, unwrapped as they are read.</summary>
/// <param name="members">Lists the members.</param>
internal sealed class PlainMembers(Func<IEnumerable<KeyValuePair<string, object?>>> members) : IReadOnlyDictionary<string, object?>
{
    /// <inheritdoc/>
    public int Count => members().Count();

    /// <inheritdoc/>
    public IEnumerable<string> Keys => members().Select(member => member.Key);

    /// <inheritdoc/>
    public IEnumerable<object?> Values => this.Select(member => member.Value);

    /// <inheritdoc/>
    public object? this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException();

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Keys.Contains(key, StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        value = this.FirstOrDefault(member => member.Key == key).Value;
        return ContainsKey(key);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        members().Select(member => KeyValuePair.Create(member.Key, PlainValue.From(member.Value))).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
