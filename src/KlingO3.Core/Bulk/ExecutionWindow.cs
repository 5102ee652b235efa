using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>When a row's job can have been made, by the service's clock.</summary>
/// <param name="From">The earliest time.</param>
/// <param name="To">The latest time.</param>
internal readonly record struct ExecutionWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The service's clock is known to the second; its own delays are minutes at the most.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>Where the service's clock is not known, the local one may be wrong by hours or set to another time zone.</summary>
    private static readonly TimeSpan MarginWithoutClock = TimeSpan.FromDays(1);

    /// <summary>
    /// The window of a row. A machine that slept in the middle of a create may have sent it long after it meant to: the window reaches to when
    /// the answer was given up.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="ahead">How far the service's clock is ahead now; null where that is not known.</param>
    public static ExecutionWindow Of(LedgerRow row, TimeSpan? ahead)
    {
        var margin = row.ServiceAhead is null ? MarginWithoutClock : Margin;
        var offset = row.ServiceAhead ?? ahead ?? TimeSpan.Zero;
        var last = row.LostAt is { } lost && lost > row.SentAt ? lost : row.SentAt;
        return new ExecutionWindow(row.SentAt - margin + offset, last + margin + offset);
    }

    /// <summary>Times without a zone may be meant in any: they are up to 14 hours apart.</summary>
    private static readonly TimeSpan AnyZone = TimeSpan.FromHours(14);

    /// <summary>The window with a day more on each side: for jobs whose times may be by another clock than the service's answers are.</summary>
    public ExecutionWindow Widened => new(From - MarginWithoutClock, To + MarginWithoutClock);

    /// <summary>Whether a job may be the row's by its time. One whose time cannot be read may be.</summary>
    public bool Contains(Execution job)
    {
        var slack = job.HasZone ? TimeSpan.Zero : AnyZone;
        return job.CreatedAt is not { } at || (at >= From - slack && at <= To + slack);
    }
}
