namespace KlingO3.Bulk;

/// <summary>
/// Opens the ledger when it is first needed. What costs money needs it (<see cref="Required"/>); what only looks or saves goes on
/// without it (<see cref="Try"/>): a broken ledger must not lose a finished video.
/// </summary>
internal sealed class LedgerAccess(Func<ILedger> open, Func<bool> exists) : IDisposable
{
    private readonly object _lock = new();
    private ILedger? _ledger;
    private KlingException? _trouble;
    private int _troubles;
    private volatile bool _disposed;

    /// <summary>The ledger, made if it is not there.</summary>
    /// <exception cref="KlingException">KlingLedgerUnavailable.</exception>
    public ILedger Required
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _ledger ??= open();
            }
        }
    }

    /// <summary>Whether anything was ever written down.</summary>
    public bool Exists => _ledger is not null || exists();

    /// <summary>What the last use by <see cref="Try{T}"/> failed with that did.</summary>
    public KlingException? Trouble => Volatile.Read(ref _trouble);

    /// <summary>How many uses by <see cref="Try{T}"/> have failed.</summary>
    public int Troubles => Volatile.Read(ref _troubles);

    /// <summary>Does something with the ledger if there is one and it works.</summary>
    public void Try(Action<ILedger> use) => Try<object?>(
        ledger =>
        {
            use(ledger);
            return null;
        },
        null);

    /// <summary>Asks the ledger, if there is one and it works. Never throws: what fails is counted, and those who need the ledger are told.</summary>
    public T Try<T>(Func<ILedger, T> ask, T otherwise)
    {
        try
        {
            return Exists ? ask(Required) : otherwise;
        }
        catch (ObjectDisposedException) when (_disposed)
        {
            return otherwise;
        }
        catch (Exception error)
        {
            Volatile.Write(ref _trouble, error as KlingException ?? LedgerErrors.Unexpected(error));
            Interlocked.Increment(ref _troubles);
            return otherwise;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _ledger?.Dispose();
        }
    }
}
