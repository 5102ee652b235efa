namespace KlingO3.Service;

/// <summary>Growing pauses with jitter, so that many clients that failed together do not come back together.</summary>
/// <param name="First">The first pause.</param>
/// <param name="Longest">What no pause exceeds.</param>
internal sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The pause before attempt number <paramref name="attempt"/> + 1: twice the one before, ± 20 %.</summary>
    /// <param name="attempt">How many attempts have failed: 1 or more.</param>
    public TimeSpan After(int attempt)
    {
        var pause = First * Math.Pow(2, Math.Min(attempt - 1, 30));
        return (pause < Longest ? pause : Longest) * (0.8 + (0.4 * Random.Shared.NextDouble()));
    }
}
