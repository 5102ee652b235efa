using KlingO3.Bulk;
using KlingO3.Files;
using KlingO3.Input;
using KlingO3.Input.Media;
using KlingO3.Service;

namespace KlingO3;

/// <summary>
/// A connected account: everything that shares its key, its limits and its ledger. Thread-safe; one serves a whole process.
/// Every method throws <see cref="KlingException"/> or <see cref="OperationCanceledException"/> and nothing else.
/// </summary>
public sealed partial class KlingClient : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly ExchangeLog _exchanges = new();
    private readonly HttpPipelines _http;
    private readonly HttpClient? _probes;
    private readonly AccountResolver _accounts;
    private readonly LedgerAccess _ledger;
    private readonly KlingService _service;
    private readonly PredictionWatcher _watcher;
    private readonly CreateGate _gate;
    private readonly CreateServices _creates;
    private readonly Downloader _downloader;
    private readonly Uploader _uploader;
    private int _disposed;

    private KlingClient(ConnectionOptions options, TimeProvider time)
    {
        Connection = options.ToConnection();
        Hints = LedgerHints.Of(options);
        _time = time;
        _http = new HttpPipelines(options, _exchanges, time);
        _probes = options.Proxy is { } proxy ? MediaHttp.Create(HttpPipelines.ProxyAt(proxy)) : null;
        var clock = new ServiceClock(time);
        _service = new KlingService(_http.Service(), clock, time) { Redact = _http.Secrets.Redact };
        _accounts = new AccountResolver(
            options.ToAccountKey(),
            () => SqliteLedger.Open(options.Home, null, time),
            () => File.Exists(LedgerLocation.FileIn(LedgerLocation.Home(options.Home))),
            _service,
            time,
            _ended.Token);
        _ledger = _accounts.Ledger;
        _watcher = new PredictionWatcher(_service, _ledger, options.PollInterval, time);
        _gate = new CreateGate(_ledger, new Limits(options.MaxConcurrent, options.CreatesPerMinute), _watcher, options.PollInterval, time);
        var executions = new ExecutionList(_service);
        var settler = new Settler(_service, _ledger, clock, executions, options.SettleDelay, time);
        var recovery = new OrphanRecovery(_ledger, settler, time, _ended.Token);
        (_gate.Stuck, settler.Stuck) = (recovery.LookAgain, recovery.LookAgain);
        _uploader = new Uploader(_service, _ledger, new UploadTransfer(_http.Files(), options.BaseUri.IsLoopback, time), clock, options.BaseUri.IsLoopback, time);
        var contents = new RemoteContents(_http.Files(), options.BaseUri.IsLoopback);
        _creates = new CreateServices(_service, _accounts, _ledger, _gate, settler, recovery, _uploader, executions, contents, options.SettleDelay, clock, time) { Catalog = Catalog };
        _downloader = new Downloader(_service, new FileTransfer(_http.Files(), options.BaseUri.IsLoopback, time), _ledger, time);
    }

    /// <summary>Makes a client. Asks nothing of the service and opens no file.</summary>
    /// <param name="options">The account and its limits.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="KlingException"><c>KlingNoApiKey</c>, or <c>KlingInvalidInput</c> with what is wrong in the options.</exception>
    public static KlingClient Connect(ConnectionOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new KlingClient(options, time ?? TimeProvider.System);
    }

    /// <summary>The connection as users see it, key masked.</summary>
    public KlingConnection Connection { get; }

    /// <summary>The connection with the account in the ledger, as far as that is known. Reads the ledger if there is one, and asks the service nothing.</summary>
    public KlingConnection Describe() => Connection with { Account = _accounts.Current?.Label ?? Hints.Account ?? Connection.Account };

    /// <summary>The models as this connection knows them: <see cref="GetModelAsync"/> teaches it.</summary>
    public ConnectionCatalog Catalog { get; } = new();

    /// <summary>What the ledger has to offer to somebody who types.</summary>
    public LedgerHints Hints { get; }

    /// <summary>
    /// Told of each HTTP request and its answer (method, address, status, milliseconds), every attempt of a retry included. Raised on any
    /// thread. Neither a key nor a header nor a body is told, nor the query of a file's URL.
    /// </summary>
    public event Action<Notice>? Exchanged
    {
        add => _exchanges.Written += value;
        remove => _exchanges.Written -= value;
    }

    /// <summary>
    /// Finds the account of the key in the ledger, once for all that this connection does. Only a key that the ledger has not seen, where it
    /// knows other accounts of the host, makes the service be asked: for one of their predictions. Creates and uploads do this by themselves;
    /// waits and downloads do it as far as they can, and go on without the ledger. Nothing is done where there is no ledger yet.
    /// </summary>
    /// <param name="notices">Warned where the name that was given and the key do not go together.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KlingException"><c>KlingUnauthorized</c>; <c>KlingServerError</c>, <c>KlingNetworkError</c>: it could not be proven whose key it is.</exception>
    public Task ResolveAccountAsync(IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notices);
        return _ledger.Exists ? _accounts.ResolveAsync(notices, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Begins one command's worth of creates.</summary>
    /// <param name="options">How rows that are known already are treated.</param>
    /// <param name="notices">Where the run tells of pauses, retries and settling. Called on any thread.</param>
    public CreateRun BeginCreates(CreateOptions options, IProgress<Notice> notices) => new(_creates, options, notices);

    /// <summary>Asks the service about one prediction, and adds what the ledger knows (Name, Batch, Input, File).</summary>
    /// <param name="id">The prediction.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<KlingPrediction> GetAsync(string id, CancellationToken cancellationToken)
    {
        RequireId(id);
        await _accounts.TryResolveAsync(cancellationToken).ConfigureAwait(false);
        var state = await _service.GetAsync(id, cancellationToken).ConfigureAwait(false);
        var known = _ledger.Try(open => open.Find(id), null)?.Prediction;
        var current = state.Update(known ?? new KlingPrediction { Id = id }, _time.GetUtcNow());
        if (known is not null && current.Status != known.Status)
        {
            _ledger.Try(open => open.Save(current));
        }

        return current;
    }

    /// <summary>
    /// Asks the service about a model, and says where its answer differs from the built-in catalog. From then on the checks of this connection
    /// follow the service.
    /// </summary>
    /// <param name="slug">The slug; the catalog need not have it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<KlingModel> GetModelAsync(string slug, CancellationToken cancellationToken)
    {
        var live = await _service.ModelAsync(slug, cancellationToken).ConfigureAwait(false);
        var catalog = ModelCatalog.Find(slug);
        Catalog.Learn(live);
        return live with
        {
            Differences = catalog is null
                ? ["The catalog does not have this model."]
                : [.. ModelSchema.Differences(catalog, live).Select(finding => finding.ToString())],
        };
    }

    /// <summary>Probes every video and image of a row, through the connection's proxy. The service is not asked, and no key is sent.</summary>
    /// <param name="check">The row after its checks.</param>
    /// <param name="allowLoopback">Whether http and loopback addresses are allowed: only while the service itself is on loopback.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public Task<MediaReport> ProbeAsync(CheckedVideo check, bool allowLoopback, CancellationToken cancellationToken) =>
        MediaProbe.ProbeAsync(check, _probes ?? MediaHttp.Shared, allowLoopback, cancellationToken);

    /// <summary>What the ledger knows of this account's predictions, newest first. Asks the service nothing.</summary>
    /// <param name="query">Which.</param>
    /// <param name="notices">Receives a warning for each damaged row; what can be read of it is listed.</param>
    /// <exception cref="KlingException"><c>KlingLedgerUnavailable</c>, or a key whose account <see cref="ResolveAccountAsync"/> has yet to find.</exception>
    public IEnumerable<KlingPrediction> List(PredictionQuery query, IProgress<Notice>? notices = null)
    {
        foreach (var row in _ledger.Exists ? _ledger.Required.List(query) : [])
        {
            if (row.Damage is not null)
            {
                notices?.Report(new Notice(NoticeLevel.Warning, LedgerErrors.Damaged(row)));
            }

            yield return row.Prediction;
        }
    }

    /// <summary>How long a job of a model usually takes, half of them longer: from the ledger and this process. Null while too few have ended.</summary>
    /// <param name="model">The slug.</param>
    public TimeSpan? UsualTime(string? model) => _watcher.Median(model);

    /// <summary>Cancels a job (best effort: it may still finish) and returns its state as the service then tells it.</summary>
    /// <param name="id">The prediction.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<KlingPrediction> CancelAsync(string id, CancellationToken cancellationToken)
    {
        RequireId(id);
        await _service.CancelAsync(id, cancellationToken).ConfigureAwait(false);
        return await GetAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until a prediction is final. All waits of a process share one watcher.</summary>
    /// <param name="prediction">What is known of it; only <see cref="KlingPrediction.Id"/> is needed.</param>
    /// <param name="timeout">How long to wait; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="changed">Told each time its status is seen to change. Called on any thread.</param>
    /// <param name="cancellationToken">Ends the wait, not the job.</param>
    /// <param name="byWebhook">Look seldom while <see cref="ListenForHints"/> listens and webhooks come: a lost one is noticed after 90 poll intervals, at most 450 s.</param>
    /// <exception cref="KlingException"><c>KlingTimeout</c>, <c>KlingNotFound</c>, <c>KlingUnauthorized</c>, <c>KlingForbidden</c>. A failed job is no exception: it is returned.</exception>
    public async Task<KlingPrediction> WaitAsync(KlingPrediction prediction, TimeSpan timeout, IProgress<KlingPrediction>? changed, CancellationToken cancellationToken, bool byWebhook = false)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (prediction.IsFinal())
        {
            return prediction;
        }

        var id = RequireId(prediction.Id, prediction.Name);
        await _accounts.TryResolveAsync(cancellationToken).ConfigureAwait(false);
        if (_ledger.Try(open => open.Find(id), null)?.Prediction is { } known)
        {
            prediction = known.IsFinal() ? known : known with { Name = prediction.Name ?? known.Name, Batch = prediction.Batch ?? known.Batch };
            if (known.IsFinal())
            {
                return known;
            }
        }

        return await _watcher.WatchAsync(prediction, timeout, changed, byWebhook ? Urgency.Webhook : Urgency.Interval, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Downloads a finished prediction's videos. At most <see cref="SaveOptions.MaxDownloads"/> run at once in a process; more wait their turn.</summary>
    /// <param name="prediction">The prediction; only <see cref="KlingPrediction.Id"/> is needed.</param>
    /// <param name="options">Where to and under what name.</param>
    /// <param name="bytes">Told of bytes as they come. Called on any thread.</param>
    /// <param name="cancellationToken">Ends the download; what came stays for the next time.</param>
    /// <exception cref="KlingException"><c>KlingDownloadFailed</c>, <c>KlingFileExists</c>, <c>KlingPredictionFailed</c>, <c>KlingPredictionCancelled</c>, <c>KlingInvalidInput</c> …</exception>
    public async Task<IReadOnlyList<SavedVideo>> SaveAsync(KlingPrediction prediction, SaveOptions options, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(options);
        RequireId(prediction.Id, prediction.Name);
        await _accounts.TryResolveAsync(cancellationToken).ConfigureAwait(false);
        return await _downloader.SaveAsync(prediction, options, bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Uploads a local file to where the service can fetch it, or to a storage of the user's own. A content that the account uploaded before
    /// is not uploaded again while its URL lives.
    /// </summary>
    /// <param name="path">The full path of the file.</param>
    /// <param name="options">How long its URL shall live, or where else it shall go.</param>
    /// <param name="notices">Told how far it is. Called on any thread.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <exception cref="KlingException"><c>KlingUploadFailed</c>, <c>KlingInvalidInput</c>, <c>KlingUnauthorized</c>, <c>KlingLedgerUnavailable</c> …</exception>
    public async Task<KlingAsset> PublishAsync(string path, UploadOptions options, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(notices);
        if (options.Storage is null)
        {
            await _accounts.ResolveAsync(notices, cancellationToken).ConfigureAwait(false);
        }

        return await _uploader.PublishAsync(path, options, notices, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends background work and forgets the key.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _ended.Cancel();
        _watcher.Dispose();
        _gate.Dispose();
        _http.Dispose();
        _probes?.Dispose();
        _ledger.Dispose();
        _ended.Dispose();
    }

    /// <summary>A row whose create was not settled has no id; a dot would lead to another path of the service, and a secret into an address.</summary>
    private string RequireId(string? id, string? name = null)
    {
        var shown = id is null ? null : _http.Secrets.Redact(id);
        return !string.IsNullOrWhiteSpace(id) && id is not ("." or "..") && shown == id
            ? id
            : throw new KlingException(
                KlingErrorId.InvalidInput,
                string.IsNullOrWhiteSpace(id) ? $"There is no prediction id{(name is null ? "" : $" for '{name}'")}." : $"'{shown}' is not the id of a prediction.",
                "Give the id of a prediction that was created: Get-KlingPrediction lists those that are known.")
            {
                PredictionId = shown,
            };
    }
}
