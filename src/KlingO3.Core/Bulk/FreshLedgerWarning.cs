using KlingO3.Input;
using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Warns once where a batch begins on a ledger that has never held a row of the account, while the service lists jobs of the model from the last day: the
/// batch may have been created already, from another machine or with a ledger that is lost. It never holds a create up for long, and never fails one.
/// </summary>
internal sealed class FreshLedgerWarning(CreateServices services, IProgress<Notice> notices)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private int _checked;

    /// <summary>Checks before the first row of a run is created.</summary>
    /// <param name="model">The model of the row.</param>
    /// <param name="cancellationToken">Withdraws the row.</param>
    public async Task CheckAsync(string model, CancellationToken cancellationToken)
    {
        var asked = services.Time.GetUtcNow();
        if (Interlocked.Exchange(ref _checked, 1) != 0 || services.Ledger.Required.HasRows())
        {
            return;
        }

        using var timer = new CancellationTokenSource(Timeout, services.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await services.Service.EnsureClockAsync(limit.Token).ConfigureAwait(false);

            // What was created since the ledger had no rows is of this batch, or of another run that began just now.
            var until = asked + (services.Clock.Ahead ?? TimeSpan.Zero);
            var page = await services.Service.ExecutionsAsync(until - TimeSpan.FromDays(1), until, 0, limit.Token).ConfigureAwait(false);
            if (CountForeign(page, ModelCatalog.Find(model)?.Slug ?? model) is > 0 and var jobs)
            {
                notices.Report(new Notice(
                    NoticeLevel.Warning,
                    $"This ledger has never held a row of this account, but the service lists {(jobs == KlingService.PageSize ? "at least " : "")}{jobs} job(s) of {model} from the last day. If this batch was run before, on another machine or with a ledger that is lost, stop now and run the same line with -Adopt: it takes those jobs, and pays for nothing twice."));
            }
        }
        catch (Exception error) when (error is KlingException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private int CountForeign(ExecutionPage page, string model)
    {
        var listed = page.Rows.Where(row => row.Models.Contains(model)).ToArray();
        return listed.Length - services.Ledger.Required.Owned([.. listed.Select(row => row.Id).OfType<string>()]).Count;
    }
}
