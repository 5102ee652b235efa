using System.Collections.ObjectModel;

namespace KlingO3;

/// <summary>The URLs of a finished job's videos. The text form joins them with a semicolon, as a CSV cell does.</summary>
/// <param name="urls">The URLs in the service's order.</param>
public sealed class KlingOutputs(IEnumerable<string> urls) : ReadOnlyCollection<string>(urls.Select(VisibleText.Address).OfType<string>().ToArray())
{
    /// <summary>No videos yet.</summary>
    public static KlingOutputs None { get; } = new([]);

    /// <summary>The URLs joined with a semicolon.</summary>
    public override string ToString() => string.Join(';', this);
}
