using System.Collections;
using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>One pipeline object as a row: values by name, whatever kind of object it is. Names are case-blind.</summary>
internal sealed class RowValues
{
    private readonly IDictionary? _entries;
    private readonly PSObject? _object;

    /// <summary>Reads a pipeline object.</summary>
    /// <param name="input">The object; null when the command was called without a pipeline.</param>
    public RowValues(PSObject? input)
    {
        Base = input?.BaseObject;
        _entries = Base as IDictionary;
        _object = _entries is null && Base is not (null or string or Uri) ? input : null;
    }

    /// <summary>The object itself.</summary>
    public object? Base { get; }

    /// <summary>The names that somebody wrote: the columns of a CSV, the members of a JSON object, the keys of a hashtable. Not the members of a .NET class.</summary>
    public IEnumerable<string> Columns =>
        _entries is not null ? _entries.Keys.OfType<string>()
        : Base is PSCustomObject ? _object!.Properties.Select(property => property.Name)
        : [];

    /// <summary>The first value under one of the names that is not blank.</summary>
    /// <param name="names">The names, by preference.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the object fails when the value is read.</exception>
    public object? Find(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var value = Read(name);
            if (!PlainValue.IsBlank(value))
            {
                return value;
            }
        }

        return null;
    }

    private object? Read(string name)
    {
        if (_entries is not null)
        {
            foreach (DictionaryEntry entry in _entries)
            {
                if (entry.Key is string key && key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return entry.Value;
                }
            }

            return null;
        }

        try
        {
            return _object?.Properties[name]?.Value;
        }
        catch (GetValueException exception)
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"The row's '{name}' cannot be read: {exception.Message}", "Mend the row, and run it again.", exception);
        }
    }
}
