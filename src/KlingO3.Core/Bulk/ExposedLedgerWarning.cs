namespace KlingO3.Bulk;

/// <summary>Warns once a run, before its first row is paid for, of a ledger that other users can change.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="notices">Receives the warning.</param>
internal sealed class ExposedLedgerWarning(LedgerAccess ledger, IProgress<Notice> notices)
{
    private int _checked;

    /// <summary>Checks before a row is created.</summary>
    public void Check()
    {
        if (Interlocked.Exchange(ref _checked, 1) == 0 && ledger.Try(open => open.Exposure, null) is { } exposure)
        {
            notices.Report(new Notice(
                NoticeLevel.Warning,
                $"The ledger is not safe from others: {exposure}. Who changes it decides what is taken for paid. Make the folder yours alone (chmod 700), or let {LedgerLocation.HomeVariable} name one inside it that is not there yet: KlingO3 makes it for you alone."));
        }
    }
}
