namespace KlingO3.Bulk;

/// <summary>Warns, before a row of it is paid for, of a batch that the ledger knows of another account of the host only. Thread-safe.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="notices">Who is warned.</param>
internal sealed class ForeignBatches(LedgerAccess ledger, IProgress<Notice> notices)
{
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);

    /// <summary>A row is about to enter that is new to its batch.</summary>
    /// <param name="batch">The batch; null where the row has none.</param>
    public void Check(string? batch)
    {
        if (batch is null)
        {
            return;
        }

        lock (_checked)
        {
            if (!_checked.Add(NameFolding.Fold(batch)))
            {
                return;
            }
        }

        if (ledger.Try(open => open.FindBatchElsewhere(batch), null) is { } other)
        {
            notices.Report(new Notice(
                NoticeLevel.Warning,
                $"Batch '{batch}' is new to the account of this key, but the ledger has {(other.Rows == 1 ? "1 row" : $"{other.Rows} rows")} of it for the account '{other.Account.Label}'. "
                + $"What is created now is paid for. If that is the same organisation, stop, and run the line again after Connect-Kling -Account '{other.Account.Label}'."));
        }
    }
}
