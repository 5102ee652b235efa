using System.Text.RegularExpressions;

namespace KlingO3.Simulator;

/// <summary>Whose key it is: <c>sim-org1-…</c> is of the organisation <c>org1</c>, every other key of the one without a name.</summary>
internal static partial class Organisation
{
    public static string Of(string key) => Name().Match(key) is { Success: true } match ? match.Groups["name"].Value : "";

    [GeneratedRegex("^sim-(?<name>org[a-z0-9]+)-", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
