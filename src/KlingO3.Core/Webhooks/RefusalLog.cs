namespace KlingO3.Webhooks;

/// <summary>
/// Tells of refused deliveries: who sent it and what was wrong, never what it said. Whoever floods a listener does not flood a
/// log: beyond some a second they are only counted. Thread-safe.
/// </summary>
/// <param name="notices">Who is told.</param>
/// <param name="time">The clock.</param>
internal sealed class RefusalLog(IProgress<Notice> notices, TimeProvider time)
{
    private const int MostASecond = 20;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private long _began = time.GetTimestamp();
    private int _told;
    private int _untold;

    public void Add(WebhookRefusal refusal, string? sender) =>
        Add($"a delivery{(sender is null ? "" : $" from {sender}")} was refused ({refusal.StatusCode}): {refusal.Reason}");

    public void Add(string what)
    {
        int others;
        lock (_lock)
        {
            if (time.GetElapsedTime(_began) >= Second)
            {
                (_began, _told) = (time.GetTimestamp(), 0);
            }

            if (++_told > MostASecond)
            {
                _untold++;
                return;
            }

            (others, _untold) = (_untold, 0);
        }

        var before = others == 0 ? "" : $" {others} others before it were refused too.";
        notices.Report(new Notice(NoticeLevel.Warning, $"{KlingErrorId.WebhookRejected}: {what}.{before}"));
    }

    /// <summary>Tells how many were not told of.</summary>
    public void Close()
    {
        var others = Interlocked.Exchange(ref _untold, 0);
        if (others > 0)
        {
            notices.Report(new Notice(NoticeLevel.Warning, $"{KlingErrorId.WebhookRejected}: {others} more deliveries were refused."));
        }
    }
}
