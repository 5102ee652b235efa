using System.Text.Json;

namespace KlingO3.Simulator;

/// <summary>The options in force. They are replaced as a whole, so a request never sees half of a change.</summary>
internal sealed class Settings
{
    private readonly SimulatorOptions _atStart;
    private volatile SimulatorOptions _current;

    public Settings(SimulatorOptions options) => _current = _atStart = options;

    public SimulatorOptions Current => _current;

    /// <summary>Takes back all changes since the start.</summary>
    public void Restore() => _current = _atStart;

    /// <summary>Changes options by their names, as in <c>{"fail-rate": 0.5, "key": ["a", "b"]}</c>; all of them or none.</summary>
    /// <exception cref="FormatException">An option is unknown, fixed at the start, or cannot have the value.</exception>
    public SimulatorOptions Change(JsonElement changes)
    {
        if (changes.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("An object of options by name is wanted.");
        }

        var next = _current;
        foreach (var change in changes.EnumerateObject())
        {
            if (SimulatorOptions.OnlyAtStart.Contains(change.Name))
            {
                throw new FormatException($"Option '{change.Name}' can only be set at the start.");
            }

            if (change.NameEquals("key"))
            {
                next = next with { Keys = [] };
            }

            foreach (var value in change.Value.ValueKind == JsonValueKind.Array ? change.Value.EnumerateArray().ToArray() : [change.Value])
            {
                next = next.With(change.Name, value.ToString());
            }
        }

        return _current = next;
    }
}
