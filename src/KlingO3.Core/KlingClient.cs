using KlingO3.Bulk;
using KlingO3.Files;

namespace KlingO3;

/// <summary>
/// A connected account: everything that shares its key, its limits and its ledger. Thread-safe; one serves a whole process.
/// Every method throws <see cref="KlingException"/> or <see cref="OperationCanceledException"/> and nothing else.
/// </summary>
public sealed class KlingClient : IDisposable
{
    /// <summary>Makes a client. Asks nothing of the service and opens no file.</summary>
    /// <param name="options">The account and its limits.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="KlingException"><c>KlingNoApiKey</c>, or <c>KlingInvalidInput</c> with what is wrong in the options.</exception>
    public static KlingClient Connect(ConnectionOptions options, TimeProvider? time = null) => throw new NotImplementedException();

    /// <summary>The connection as users see it, key masked.</summary>
    public KlingConnection Connection { get; } = null!;

    /// <summary>Begins one command's worth of creates.</summary>
    /// <param name="options">How rows that are known already are treated.</param>
    /// <param name="notices">Where the run tells of pauses, retries and settling. Called on any thread.</param>
    public CreateRun BeginCreates(CreateOptions options, IProgress<Notice> notices) => throw new NotImplementedException();

    /// <summary>Asks the service about one prediction, and adds what the ledger knows (Name, Batch, Input, File).</summary>
    public Task<KlingPrediction> GetAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What the ledger knows of this account's predictions, newest first. Asks the service nothing.</summary>
    public IEnumerable<KlingPrediction> List(PredictionQuery query) => throw new NotImplementedException();

    /// <summary>Cancels a job (best effort: it may still finish) and returns its state as the service then tells it.</summary>
    public Task<KlingPrediction> CancelAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Waits until a prediction is final. All waits of a process share one watcher.</summary>
    /// <param name="prediction">What is known of it; only <see cref="KlingPrediction.Id"/> is needed.</param>
    /// <param name="timeout">How long to wait; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="changed">Told each time its status is seen to change. Called on any thread.</param>
    /// <param name="cancellationToken">Ends the wait, not the job.</param>
    /// <exception cref="KlingException"><c>KlingTimeout</c>, <c>KlingNotFound</c>, <c>KlingUnauthorized</c>, <c>KlingForbidden</c>. A failed job is no exception: it is returned.</exception>
    public Task<KlingPrediction> WaitAsync(KlingPrediction prediction, TimeSpan timeout, IProgress<KlingPrediction>? changed, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Downloads a finished prediction's videos. At most <see cref="SaveOptions.MaxDownloads"/> run at once in a process; more wait their turn.</summary>
    /// <exception cref="KlingException"><c>KlingDownloadFailed</c>, <c>KlingFileExists</c>, <c>KlingPredictionFailed</c>, <c>KlingPredictionCancelled</c>, <c>KlingInvalidInput</c> …</exception>
    public Task<IReadOnlyList<SavedVideo>> SaveAsync(KlingPrediction prediction, SaveOptions options, IProgress<long>? bytes, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends background work and forgets the key.</summary>
    public void Dispose()
    {
    }
}
