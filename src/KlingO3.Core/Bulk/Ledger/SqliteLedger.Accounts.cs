using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <content>Accounts, and the keys that are aliases of them. Each method is one transaction, so that processes that start at once agree.</content>
internal sealed partial class SqliteLedger
{
    public AccountMatch Match(AccountKey key) => Durably<AccountMatch>(sql =>
    {
        var own = AccountTable.FindByKey(sql, key);
        if (own is not null)
        {
            AccountTable.MergeSpellings(sql, key, own);
        }

        if (key.Name is not null)
        {
            return MatchNamed(sql, key, own);
        }

        // An account without rows may be one that was added before there was anything to prove the key with.
        var isSettled = own is not null && (own.Name is not null || AccountTable.HasRows(sql, own.Id));
        return !isSettled && AccountTable.Others(sql, key, own, 1).Count > 0
            ? new AccountMatch.Unproven()
            : new AccountMatch.Found(KeepOwn(sql, key, own));
    });

    public IReadOnlyList<AccountCandidate> Candidates(AccountKey key, int most) =>
        Read(sql => AccountTable.Others(sql, key, AccountTable.FindByKey(sql, key), most));

    public LedgerAccount Join(AccountKey key, string account) => Durably(sql =>
    {
        // Another process may have been faster, and have created something since.
        if (AccountTable.FindByKey(sql, key) is { } own && (own.Id == account || AccountTable.HasRows(sql, own.Id)))
        {
            return KeepOwn(sql, key, own);
        }

        var joined = sql.Query("SELECT account, name FROM accounts WHERE account = $account",
            reader => new LedgerAccount(reader.GetString(0), reader.Text(1)), ("$account", account)).Single();
        AccountTable.Alias(sql, key, joined, Now);
        return joined;
    });

    public LedgerAccount Add(AccountKey key) => Durably(sql => KeepOwn(sql, key, AccountTable.FindByKey(sql, key)));

    public void Bind(string account) => _account = account;

    public ForeignBatch? FindBatchElsewhere(string batch) => Read(sql => AccountTable.BatchElsewhere(sql, _account, batch));

    /// <summary>The account of the key, which gets one if it has none.</summary>
    private LedgerAccount KeepOwn(SqliteConnection sql, AccountKey key, LedgerAccount? own)
    {
        own ??= AccountTable.Insert(sql, key, Now);
        AccountTable.Alias(sql, key, own, Now);
        return own;
    }

    /// <summary>The user says whose key it is. An account that has no name yet gets it; a key that is another account's stays that one's.</summary>
    private AccountMatch.Found MatchNamed(SqliteConnection sql, AccountKey key, LedgerAccount? own)
    {
        var named = AccountTable.FindByName(sql, key)
            ?? (own is { Name: null } ? AccountTable.Rename(sql, own, key) : AccountTable.Insert(sql, key, Now));
        if (own is null || own.Id == named.Id || !AccountTable.HasRows(sql, own.Id))
        {
            AccountTable.Alias(sql, key, named, Now);
            return new AccountMatch.Found(named);
        }

        AccountTable.KnowHost(sql, key, named);
        return new AccountMatch.Found(
            named,
            $"In the ledger this key belongs to the account '{own.Label}', but -Account names '{named.Label}'. This connection uses '{named.Label}': its batches, its limits and its uploads.");
    }
}
