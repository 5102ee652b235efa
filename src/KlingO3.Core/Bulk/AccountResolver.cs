using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Finds the account of a connection's key, once, before the ledger is first used for anything that matters. A key that the ledger knows, or whose
/// account the user names, is matched without the service. A new key, where the ledger has other accounts of the host, proves itself first.
/// </summary>
internal sealed class AccountResolver
{
    private const int MaxCandidates = 8;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OpenRowDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How long commands that only read go without the ledger after the service gave no answer.</summary>
    private static readonly TimeSpan ReadBackoff = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly AccountKey _key;
    private readonly Func<ILedger> _open;
    private readonly KlingService _service;
    private readonly TimeProvider _time;
    private readonly CancellationToken _ended;
    private LedgerAccount? _current;
    private string? _warning;
    private Task? _resolving;
    private long? _failedAt;

    /// <param name="key">The key.</param>
    /// <param name="open">Opens the ledger, bound to no account.</param>
    /// <param name="exists">Whether there is one.</param>
    /// <param name="service">Asked with the key.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ended">Cancelled when the connection is closed.</param>
    public AccountResolver(AccountKey key, Func<ILedger> open, Func<bool> exists, KlingService service, TimeProvider time, CancellationToken ended)
    {
        (_key, _open, _service, _time, _ended) = (key, open, service, time, ended);
        Ledger = new LedgerAccess(Open, exists);
    }

    /// <summary>The ledger of the account. It cannot be opened before the account is known.</summary>
    public LedgerAccess Ledger { get; }

    /// <summary>The account; null while it is not known.</summary>
    public LedgerAccount? Current => Volatile.Read(ref _current);

    /// <summary>Finds the account. All callers of a connection share one search; one that failed is begun anew.</summary>
    /// <param name="notices">Warned where the name that the user gave and the key do not go together.</param>
    /// <param name="cancellationToken">Ends the wait, not the search.</param>
    /// <exception cref="KlingException">KlingUnauthorized, KlingLedgerUnavailable, or what keeps the key from being proven.</exception>
    public async Task ResolveAsync(IProgress<Notice>? notices, CancellationToken cancellationToken)
    {
        if (Current is null)
        {
            await Shared().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (notices is not null && Interlocked.Exchange(ref _warning, null) is { } warning)
        {
            notices.Report(new Notice(NoticeLevel.Warning, warning));
        }
    }

    /// <summary>Finds the account for what goes on without a ledger too: a wait, a download. Where it cannot be found, <see cref="LedgerAccess.Try{T}"/> does nothing.</summary>
    public async Task TryResolveAsync(CancellationToken cancellationToken)
    {
        if (Current is not null || !Ledger.Exists || FailedLately())
        {
            return;
        }

        try
        {
            await Shared().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is KlingException or ObjectDisposedException)
        {
            // Those who read say themselves what the service answers to them.
        }
    }

    private bool FailedLately()
    {
        lock (_lock)
        {
            return _failedAt is { } at && _time.GetElapsedTime(at) < ReadBackoff;
        }
    }

    private Task Shared()
    {
        lock (_lock)
        {
            return _resolving is { IsCompleted: false } ? _resolving : _resolving = Task.Run(FindAsync, CancellationToken.None);
        }
    }

    private async Task FindAsync()
    {
        try
        {
            if (!IsMatched())
            {
                await ProveAsync().ConfigureAwait(false);
            }
        }
        catch (KlingException)
        {
            lock (_lock)
            {
                _failedAt = _time.GetTimestamp();
            }

            throw;
        }
    }

    /// <summary>Opening the ledger matches the key, unless the service must be asked.</summary>
    private bool IsMatched()
    {
        try
        {
            return Ledger.Required is not null && Current is not null;
        }
        catch (UnprovenKeyException)
        {
            return false;
        }
    }

    private async Task ProveAsync()
    {
        using var timer = new CancellationTokenSource(Budget, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _ended);
        using var ledger = _open();
        var candidates = ledger.Candidates(_key, MaxCandidates + 1);
        try
        {
            var proof = new KeyProof(_service);
            var account = await proof.FindAsync(candidates.Take(MaxCandidates), either.Token).ConfigureAwait(false);

            // Another process may be about to write down the id of its first create.
            while (account is null && candidates.Any(HasNoPrediction))
            {
                await Task.Delay(OpenRowDelay, _time, either.Token).ConfigureAwait(false);
                candidates = ledger.Candidates(_key, MaxCandidates + 1);
                account = await proof.FindAsync(candidates.Take(MaxCandidates), either.Token).ConfigureAwait(false);
            }

            if (account is null && candidates.Count > MaxCandidates)
            {
                throw AccountErrors.TooManyAccounts(candidates);
            }

            Volatile.Write(ref _current, account is null ? ledger.Add(_key) : ledger.Join(_key, account));
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            throw candidates.Any(HasNoPrediction) ? AccountErrors.NothingToProveWith(candidates) : AccountErrors.NoAnswer(Budget, candidates);
        }
        catch (KlingException error) when (error.ErrorId == KlingErrorId.Unauthorized)
        {
            throw AccountErrors.BadKey(error);
        }
        catch (KlingException error) when (error.ErrorId is not (KlingErrorId.LedgerUnavailable or KlingErrorId.CreateUnknown))
        {
            throw AccountErrors.Unproven(error, candidates);
        }
    }

    private static bool HasNoPrediction(AccountCandidate candidate) => candidate.PredictionIds.Count == 0;

    /// <summary>Opens the ledger for the account.</summary>
    /// <exception cref="KlingException">The account is not known yet, or KlingLedgerUnavailable.</exception>
    private ILedger Open()
    {
        var ledger = _open();
        try
        {
            if (Current is null)
            {
                var found = ledger.Match(_key) as AccountMatch.Found ?? throw new UnprovenKeyException();
                _warning = found.Warning;
                Volatile.Write(ref _current, found.Account);
            }

            ledger.Bind(Current!.Id);
            return ledger;
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    /// <summary>The service must be asked first.</summary>
    private sealed class UnprovenKeyException() : KlingException(
        KlingErrorId.NetworkError,
        "It is not known yet whose key this is, so the ledger is not used.",
        "Run the same command again, or name the account: Connect-Kling -Account.");
}
