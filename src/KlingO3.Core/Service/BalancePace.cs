using System.Diagnostics.CodeAnalysis;

namespace KlingO3.Service;

/// <summary>
/// Keeps the service's limit for the balance, which is one for this call alone: three requests a second. A request counts until a second after
/// its answer, since nobody knows when on its way the service saw it.
/// </summary>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose handle nobody asks for holds nothing that must be released.")]
internal sealed class BalancePace(TimeProvider time)
{
    private const int MostASecond = 3;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1.05);

    private readonly SemaphoreSlim _turns = new(MostASecond, MostASecond);

    /// <summary>Asks, when it may be asked.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ask().ConfigureAwait(false);
        }
        finally
        {
            _ = Task.Delay(Second, time, CancellationToken.None).ContinueWith(
                _ => _turns.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
