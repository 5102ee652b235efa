using System.Collections;
using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>One pipeline object as a row: values by name, whatever kind of object it is. Names are case-blind.</summary>
internal sealed class RowValues
{
    private readonly PSObject? _object;

    // Some dictionaries tell cases apart.
    private readonly string? _givenTwice;

    // Of rows that somebody wrote. Looking for what a row does not have costs far more through PSObject than here.
    private readonly Dictionary<string, object?>? _columns;

    /// <summary>Reads a pipeline object.</summary>
    /// <param name="input">The object; null when the command was called without a pipeline.</param>
    public RowValues(PSObject? input)
    {
        Base = input?.BaseObject;
        switch (Base)
        {
            case IDictionary entries:
                _columns = new(entries.Count, StringComparer.OrdinalIgnoreCase);
                foreach (DictionaryEntry entry in entries)
                {
                    if (!_columns.TryAdd(entry.Key.ToString() ?? "", entry.Value))
                    {
                        _givenTwice = entry.Key.ToString();
                    }
                }

                break;
            case PSCustomObject:
                _columns = new(StringComparer.OrdinalIgnoreCase);
                foreach (var property in input!.Properties)
                {
                    _columns[property.Name] = property;
                }

                break;
            case not (null or string or Uri):
                _object = input;
                break;
        }
    }

    /// <summary>The object itself.</summary>
    public object? Base { get; }

    /// <summary>The names that somebody wrote: the columns of a CSV, the members of a JSON object, the keys of a hashtable. Not the members of a .NET class.</summary>
    public IEnumerable<string> Columns => _columns?.Keys ?? Enumerable.Empty<string>();

    /// <summary>The first value under one of the names that is not blank.</summary>
    /// <param name="names">The names, by preference.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the object fails when the value is read.</exception>
    public object? Find(IReadOnlyList<string> names)
    {
        for (var place = 0; place < names.Count; place++)
        {
            if (names[place].Equals(_givenTwice, StringComparison.OrdinalIgnoreCase))
            {
                throw new KlingException(KlingErrorId.InvalidInput, $"{names[place]}: it is given twice, in different cases.", "Keep one of them: names are case-blind.");
            }

            var value = Read(names[place]);
            if (!PlainValue.IsBlank(value))
            {
                return value;
            }
        }

        return null;
    }

    private object? Read(string name)
    {
        try
        {
            return _columns is null ? _object?.Properties[name]?.Value
                : _columns.TryGetValue(name, out var value) ? (value is PSPropertyInfo property ? property.Value : value)
                : null;
        }
        catch (GetValueException exception)
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"The row's '{name}' cannot be read: {exception.Message}", "Mend the row, and run it again.", exception);
        }
    }
}
