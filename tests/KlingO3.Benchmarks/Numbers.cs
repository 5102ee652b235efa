using System.Text.Json;

namespace KlingO3.Benchmarks;

/// <summary>What is computed from what was measured.</summary>
internal static class Numbers
{
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>In seconds, from a member that is unix milliseconds.</summary>
    public static double Seconds(this JsonElement element, string name) => element.GetProperty(name).GetDouble() / 1000;

    /// <summary>How long jobs take at least that are begun in order, each as soon as one of so many slots is free.</summary>
    public static double Greedy(IEnumerable<double> durations, int slots)
    {
        var free = new PriorityQueue<int, double>(Enumerable.Range(0, slots).Select(slot => (slot, 0.0)));
        var last = 0.0;
        foreach (var duration in durations)
        {
            free.TryDequeue(out var slot, out var at);
            free.Enqueue(slot, at + duration);
            last = Math.Max(last, at + duration);
        }

        return last;
    }
}
