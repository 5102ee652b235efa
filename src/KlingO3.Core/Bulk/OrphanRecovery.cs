namespace KlingO3.Bulk;

/// <summary>
/// Settles what processes left behind that died between sending a create and writing down its id. Begins when a
/// connection first pays for anything, beside the creates.
/// </summary>
internal sealed class OrphanRecovery(LedgerAccess ledger, Settler settler, TimeProvider time, CancellationToken ended)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private int _begun;
    private long _lastLook;

    /// <summary>Takes over the rows of dead processes and settles them in the background.</summary>
    /// <exception cref="KlingException">KlingLedgerUnavailable.</exception>
    public void Begin(IProgress<Notice> notices)
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            TakeOver(notices);
        }
    }

    /// <summary>Takes over what died since, at most every two seconds: for those who wait for a slot or a row that a dead process may hold.</summary>
    public void LookAgain(IProgress<Notice> notices)
    {
        var last = Interlocked.Read(ref _lastLook);
        if (time.GetElapsedTime(last) >= BetweenLooks && Interlocked.CompareExchange(ref _lastLook, time.GetTimestamp(), last) == last)
        {
            TakeOver(notices);
        }
    }

    private void TakeOver(IProgress<Notice> notices)
    {
        foreach (var row in ledger.Required.TakeOver(row: null, unresolved: false))
        {
            BackgroundTask.Run("settle", () => SettleAsync(row, notices));
        }
    }

    private async Task SettleAsync(LedgerRow row, IProgress<Notice> notices)
    {
        try
        {
            switch (await settler.SettleAsync(row, new SettleOptions(), notices, ended).ConfigureAwait(false))
            {
                case Settlement.Adopted(var id, _):
                    notices.Report(new Notice(NoticeLevel.Verbose, $"An earlier run's create was found at the service: prediction {id}."));
                    break;
                case Settlement.NotCreated(var byEmptyList) when row.LostCount == 0 && row.MayResend(byEmptyList):
                    ledger.Required.Withdraw(row.Row);
                    break;
                default:
                    ledger.Required.Release(row.Row);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            ledger.Try(open => open.Release(row.Row));
        }
        catch (KlingException)
        {
            // The ledger is gone: the row is still there for the next run.
        }
        catch (Exception error)
        {
            // Unsettled it holds a slot and this process's name: the next run may try again.
            ledger.Try(open => open.Release(row.Row));
            notices.Report(new Notice(
                NoticeLevel.Warning,
                $"{BulkErrors.Unexpected("Settling a create of an earlier run", null, error).Message} Its row stays {KlingStatus.Unknown} and is not sent again."));
        }
        finally
        {
            ledger.Try(open => open.LetGo(row.Row));
        }
    }
}
