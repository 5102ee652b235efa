namespace KlingO3.Binding;

/// <summary>Finds the column that was probably meant by one that nobody knows (<c>Promt</c>).</summary>
internal static class NearName
{
    /// <summary>The known name that the given one is nearly, but not quite.</summary>
    /// <param name="given">A column's name.</param>
    /// <param name="known">All known names.</param>
    public static string? Find(string given, IReadOnlyList<string> known)
    {
        if (known.Contains(given, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        var wanted = Normal(given);
        return known.FirstOrDefault(name => Normal(name) == wanted) ?? known.FirstOrDefault(name => IsNear(wanted, Normal(name)));
    }

    // One slip in a word of four letters or more: short words are near to too many others.
    private static bool IsNear(string given, string known) =>
        known.Length >= 4 && given.Length >= 4 && Math.Abs(given.Length - known.Length) <= 1 && Slips(given, known) <= 1;

    private static string Normal(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    // The optimal string alignment distance: a letter too many, too few or wrong, or two that changed places, is one slip.
    private static int Slips(string a, string b)
    {
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                distance[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1,
                    distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
                }
            }
        }

        return distance[a.Length, b.Length];
    }
}
