namespace KlingO3.Input;

/// <summary>How many slips of the finger lie between two names.</summary>
internal static class NameDistance
{
    /// <summary>Longer names are nobody's typo, and comparing them would take time.</summary>
    private const int Longest = 64;

    /// <summary>The candidate that was probably meant; the first of several that are equally near; null if none is near enough.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var wanted = Plain(name);
        if (wanted.Length is 0 or > Longest)
        {
            return null;
        }

        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var plain = Plain(candidate);
            var distance = Between(wanted, plain);
            if (distance < least && distance <= Allowed(Math.Min(wanted.Length, plain.Length)))
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>Letters put in, left out, changed or swapped with a neighbour (the optimal string alignment distance).</summary>
    public static int Between(string left, string right)
    {
        var before = new int[right.Length + 1];
        var above = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            above[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var change = above[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(change, Math.Min(above[column], current[column - 1]) + 1);
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                {
                    current[column] = Math.Min(current[column], before[column - 2] + 1);
                }
            }

            (before, above, current) = (above, current, before);
        }

        return above[right.Length];
    }

    /// <summary>Two in a word of six, none in a word of three: short names are near everything.</summary>
    private static int Allowed(int length) => length switch { < 4 => 0, < 6 => 1, < 12 => 2, _ => 3 };

    /// <summary>Case, blanks, dashes and underscores are no difference.</summary>
    private static string Plain(string name) =>
        name.Length > Longest * 2 ? name : string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
