namespace KlingO3.Simulator;

/// <summary>What was seen so far. Fields, because they are counted up with <see cref="Interlocked"/>.</summary>
internal sealed class Tally
{
    public long CreateCalls;
    public long Gets;
    public long Lists;
    public long Cancels;
    public long Downloads;
    public long DownloadBytes;
    public long Puts;
    public long Presigns;
    public long Webhooks;
    public long WebhooksDelivered;
    public long WebhooksSkipped;
    public long Unauthorized;
    public long RateLimited;
    public long Concurrency;
    public long BalanceLimited;
    public long Injected429;
    public long Invalid;
    public long Payment;
    public long Injected;
    public long BothAuthHeaders;
    public long KeysInUrls;
    public long KeysSentToFiles;
}
