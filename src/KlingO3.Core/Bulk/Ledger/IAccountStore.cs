namespace KlingO3.Bulk;

/// <summary>The accounts of a ledger and their keys. An account is an organisation at one host; its keys come and go.</summary>
internal interface IAccountStore
{
    /// <summary>Finds the account of a key, or adds one where nothing speaks for another: all that can be decided without the service.</summary>
    AccountMatch Match(AccountKey key);

    /// <summary>The other accounts of the host that have rows, the most recently used first, at most so many.</summary>
    IReadOnlyList<AccountCandidate> Candidates(AccountKey key, int most);

    /// <summary>The service has proved that the key is the account's: it is from now on. Gives the account of the key.</summary>
    LedgerAccount Join(AccountKey key, string account);

    /// <summary>The service has proved that the key is of none of the other accounts: it gets an account of its own, if it has none.</summary>
    LedgerAccount Add(AccountKey key);

    /// <summary>Everything else that is asked of this ledger is about this account.</summary>
    void Bind(string account);

    /// <summary>The other account of the host that has rows of a batch of which this account has none; null where there is none.</summary>
    ForeignBatch? FindBatchElsewhere(string batch);
}

/// <summary>An account of the ledger.</summary>
/// <param name="Id">Its id: random, or the hash of its first key where an earlier version added it.</param>
/// <param name="Name">The name that the user gave it.</param>
internal sealed record LedgerAccount(string Id, string? Name)
{
    /// <summary>How much of an id is shown: enough to tell accounts apart, and too little of the hash of a key.</summary>
    public const int ShownLength = 12;

    /// <summary>What users see, and can give as <c>-Account</c>.</summary>
    public string Label => Name ?? (Id.Length > ShownLength ? Id[..ShownLength] : Id).ToLowerInvariant();
}

/// <summary>The answer to whose key it is.</summary>
internal abstract record AccountMatch
{
    /// <summary>It is this account's.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Warning">What the user should know of it.</param>
    internal sealed record Found(LedgerAccount Account, string? Warning = null) : AccountMatch;

    /// <summary>It may be of an account that is known: the service must be asked.</summary>
    internal sealed record Unproven : AccountMatch;
}

/// <summary>An account that a key may be of.</summary>
/// <param name="Account">The account.</param>
/// <param name="PredictionIds">Its newest predictions, at most three; none where the create of every row is still open.</param>
/// <param name="Batch">Its newest batch, for people.</param>
internal sealed record AccountCandidate(LedgerAccount Account, IReadOnlyList<string> PredictionIds, string? Batch);

/// <summary>A batch of another account.</summary>
/// <param name="Account">The account.</param>
/// <param name="Rows">How many rows it has.</param>
internal sealed record ForeignBatch(LedgerAccount Account, long Rows);
