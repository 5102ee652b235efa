namespace KlingO3.Simulator;

/// <summary>
/// Chance without a state: each roll depends only on the seed, on what it is for and on a number (a job's place, say). A shared
/// random generator would make a job's fate depend on how concurrent requests happened to interleave.
/// </summary>
internal static class Dice
{
    public static ulong Mix(long seed, Purpose purpose, long number)
    {
        var x = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL) ^ Scramble((ulong)purpose + 1);
        return Scramble(x + Scramble((ulong)number));
    }

    /// <summary>A number in [0, 1).</summary>
    public static double Roll(long seed, Purpose purpose, long number) => (Mix(seed, purpose, number) >> 11) * (1.0 / (1UL << 53));

    public static int Pick(long seed, Purpose purpose, long number, int count) => (int)(Mix(seed, purpose, number) % (ulong)count);

    // SplitMix64's finalizer.
    public static ulong Scramble(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15UL;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
            return x ^ (x >> 31);
        }
    }
}
