namespace KlingO3.Webhooks;

/// <summary>
/// Warns of refused deliveries: who sent it and what was wrong, never what it said. A flood of deliveries must not become a flood of warnings: after a
/// burst there is one a second, which says how many there were besides. Thread-safe.
/// </summary>
/// <param name="notices">Where the warnings go.</param>
/// <param name="time">The clock.</param>
internal sealed class RefusalLog(IProgress<Notice> notices, TimeProvider time)
{
    private const int Burst = 20;
    private static readonly TimeSpan PerWarning = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private long _refilled = time.GetTimestamp();
    private int _left = Burst;
    private int _untold;

    public void Add(WebhookRefusal refusal, string? sender) =>
        Add($"a delivery{(sender is null ? "" : $" from {sender}")} was refused ({refusal.StatusCode}): {refusal.Reason}");

    public void Add(string what)
    {
        int others;
        lock (_lock)
        {
            Refill();
            if (_left == 0)
            {
                _untold++;
                return;
            }

            _left--;
            (others, _untold) = (_untold, 0);
        }

        var before = others == 0 ? "" : $" {others} others before it were refused too.";
        notices.Report(new Notice(NoticeLevel.Warning, $"{KlingErrorId.WebhookRejected}: {what}.{before}"));
    }

    /// <summary>Warns of how many there was no warning for.</summary>
    public void Close()
    {
        var others = Interlocked.Exchange(ref _untold, 0);
        if (others > 0)
        {
            notices.Report(new Notice(NoticeLevel.Warning, $"{KlingErrorId.WebhookRejected}: {others} more deliveries were refused."));
        }
    }

    private void Refill()
    {
        var earned = Math.Floor(time.GetElapsedTime(_refilled) / PerWarning);
        if (earned >= 1)
        {
            _left = (int)Math.Min(Burst, _left + earned);
            _refilled = time.GetTimestamp();
        }
    }
}
