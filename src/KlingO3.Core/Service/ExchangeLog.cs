namespace KlingO3.Service;

/// <summary>What was asked over HTTP and how it ended, for whoever listens.</summary>
internal sealed class ExchangeLog
{
    /// <summary>Told of each exchange, on any thread.</summary>
    public event Action<Notice>? Written;

    /// <summary>Whether anybody listens.</summary>
    public bool IsRead => Written is not null;

    public void Write(string line) => Written?.Invoke(new Notice(NoticeLevel.Debug, line));
}
