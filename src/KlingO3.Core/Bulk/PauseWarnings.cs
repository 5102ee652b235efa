using System.Runtime.CompilerServices;

namespace KlingO3.Bulk;

/// <summary>
/// Which pause each run was told of. A run that meets a longer one, of an earlier run or of another process, is to be warned of it once.
/// Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class PauseWarnings(TimeProvider time)
{
    /// <summary>The same pause, read again, may differ by the time that the reading takes.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly ConditionalWeakTable<IProgress<Notice>, Announced> _announced = [];

    /// <summary>Begins a pause that the run is told of.</summary>
    /// <param name="run">Where the run's notices go.</param>
    /// <param name="begin">Writes the pause down. Rows of the run that read it meanwhile know it for the run's own.</param>
    /// <returns>How long the pause is.</returns>
    public TimeSpan Begin(IProgress<Notice> run, Func<TimeSpan> begin)
    {
        var announced = _announced.GetOrCreateValue(run);
        lock (announced)
        {
            var pause = begin();
            announced.Extend(time.GetUtcNow() + pause);
            return pause;
        }
    }

    /// <summary>A row of a run meets a pause.</summary>
    /// <param name="run">Where the run's notices go.</param>
    /// <param name="pause">How long the pause lasts from now.</param>
    /// <returns>Whether the run is to be warned of it: it was told of none that lasts so long.</returns>
    public bool Meet(IProgress<Notice> run, TimeSpan pause)
    {
        var announced = _announced.GetOrCreateValue(run);
        lock (announced)
        {
            return announced.Extend(time.GetUtcNow() + pause);
        }
    }

    private sealed class Announced
    {
        private DateTimeOffset _until;

        public bool Extend(DateTimeOffset end)
        {
            if (end <= _until + Tolerance)
            {
                return false;
            }

            _until = end;
            return true;
        }
    }
}
