using System.Collections.Concurrent;

namespace KlingO3.Input.Catalog;

/// <summary>A model with its inputs ready to be looked up under any name by which a row may give them.</summary>
internal sealed class ModelRules
{
    private const int MostGuesses = 1000;
    private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, KlingModelInput> _guesses = new(StringComparer.Ordinal);

    public ModelRules(KlingModel model, bool isKnown)
    {
        Model = model;
        IsKnown = isKnown;
        for (var place = 0; place < model.Inputs.Count; place++)
        {
            foreach (var name in InputNames.Of(model.Inputs[place]))
            {
                // An input's own name wins over another one's alias.
                if (!_places.TryAdd(name, place) && name == model.Inputs[place].Name)
                {
                    _places[name] = place;
                }
            }
        }

        Names = string.Join(", ", model.Inputs.Select(input => input.Name));
    }

    public KlingModel Model { get; }

    /// <summary>Whether the model is in the catalog. Of one that is not, values are typed as well as may be, and sent as given.</summary>
    public bool IsKnown { get; }

    /// <summary>The names of all inputs, for messages.</summary>
    public string Names { get; }

    /// <summary>The place of an input in the order of sending; -1 if the model does not take it.</summary>
    public int Find(string name) => _places.TryGetValue(name, out var place) ? place : -1;

    /// <summary>What an input that no model has is likely to be, by the ending of its name.</summary>
    public KlingModelInput Guess(string name)
    {
        if (_guesses.TryGetValue(name, out var known))
        {
            return known;
        }

        var url = new KlingModelInput { Type = KlingInputType.String, Format = KlingInputFormat.Url };
        var guess = name.EndsWith("_url", StringComparison.OrdinalIgnoreCase) ? url with { Name = name }
            : name.EndsWith("_urls", StringComparison.OrdinalIgnoreCase)
                ? new KlingModelInput { Name = name, Type = KlingInputType.Array, Items = url }
            : new KlingModelInput { Name = name };

        // Names come from rows: a file with a new one in every row must not fill the memory.
        return _guesses.Count < MostGuesses ? _guesses.GetOrAdd(name, guess) : guess;
    }
}
