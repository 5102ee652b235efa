namespace KlingO3.Simulator;

/// <summary>The last calls, in the order in which they came.</summary>
internal sealed class CallLog
{
    private const int Kept = 5_000;

    private readonly Lock _lock = new();
    private readonly Queue<CallRecord> _calls = new();
    private long _count;

    public CallRecord Add(DateTimeOffset at, string method, string path)
    {
        lock (_lock)
        {
            var call = new CallRecord(++_count, at, method, path);
            _calls.Enqueue(call);
            if (_calls.Count > Kept)
            {
                _calls.Dequeue();
            }

            return call;
        }
    }

    public CallRecord[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _calls];
        }
    }
}
