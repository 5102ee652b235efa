namespace KlingO3.Bulk;

/// <summary>The rows of a run that have not ended. Thread-safe.</summary>
internal sealed class UnendedRows
{
    private readonly HashSet<Task> _rows = [];

    /// <summary>Remembers a row until it has ended.</summary>
    public void Add(Task row)
    {
        lock (_rows)
        {
            _rows.Add(row);
        }

        _ = row.ContinueWith(
            ended =>
            {
                lock (_rows)
                {
                    _rows.Remove(ended);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Completes when all rows that are remembered now have ended, however they end.</summary>
    public Task WhenAllEnded()
    {
        lock (_rows)
        {
            return Task.WhenAll(_rows.Select(row => row.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)));
        }
    }
}
