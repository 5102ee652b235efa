namespace KlingO3.Bulk;

/// <summary>Counts what became of a run's rows, and how many creates are on the way. Thread-safe.</summary>
internal sealed class RunCounts
{
    private readonly object _lock = new();
    private readonly HashSet<Task> _inTheAir = [];

    public CreateReport Report { get; private set; } = new();

    public void Count(Func<CreateReport, CreateReport> change)
    {
        lock (_lock)
        {
            Report = change(Report);
        }
    }

    public void Count(CreateResult result) => Count(report => result.Outcome switch
    {
        CreateOutcome.Found or CreateOutcome.Adopted => report with { Found = report.Found + 1 },
        CreateOutcome.NotSent => report with { NotSent = report.NotSent + 1 },
        _ => report with { Created = report.Created + 1 },
    });

    public void Count(KlingException error) => Count(report => error.ErrorId == KlingErrorId.CreateUnknown
        ? report with { Unknown = report.Unknown + 1 }
        : report with { Refused = report.Refused + 1 });

    /// <summary>A row was withdrawn.</summary>
    /// <param name="mayExist">Whether it was sent before, and it is not settled what became of it.</param>
    public void CountWithdrawn(bool mayExist) => Count(report => mayExist
        ? report with { Unknown = report.Unknown + 1 }
        : report with { NotSent = report.NotSent + 1 });

    /// <summary>Remembers a create until it is answered.</summary>
    public void InTheAir(Task send)
    {
        lock (_lock)
        {
            _inTheAir.Add(send);
        }

        _ = send.ContinueWith(
            done =>
            {
                lock (_lock)
                {
                    _inTheAir.Remove(done);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public async Task DrainAsync(TimeSpan grace)
    {
        Task all;
        lock (_lock)
        {
            all = Task.WhenAll(_inTheAir);
        }

        BackgroundTask.Observe("drain", all);
        await Task.WhenAny(all, Task.Delay(grace)).ConfigureAwait(false);
    }
}
