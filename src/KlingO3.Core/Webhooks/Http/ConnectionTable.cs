using System.Net;

namespace KlingO3.Webhooks.Http;

/// <summary>
/// The open connections, by sender. Where there are as many as allowed, a new one takes the place of the oldest that is not answered yet: a genuine
/// request is whole within milliseconds, so the oldest are those that never will be. Thread-safe.
/// </summary>
/// <param name="limits">How many there may be.</param>
/// <param name="time">The clock.</param>
/// <param name="evicted">Told of each connection that was closed for a new one. It must not wait.</param>
internal sealed class ConnectionTable(HttpLimits limits, TimeProvider time, Action<ISenderConnection> evicted)
{
    private const int MinConnections = 8;

    /// <summary>How many connections are given up when the process runs out of handles, so that other work has some.</summary>
    private const int ReleasedHandles = 16;

    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(10);

    private readonly object _lock = new();
    private readonly Dictionary<IPAddress, LinkedList<ISenderConnection>> _bySender = [];
    private int _count;
    private int _max = limits.MaxConnections;
    private TaskCompletionSource _removed = NewSignal();

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Waits until one more may be accepted, and closes the oldest one for it where that has had its time.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task removed;
            TimeSpan wait;
            lock (_lock)
            {
                if (_count < _max)
                {
                    return;
                }

                // Of the sender that has the most; of several, the one whose oldest is the oldest.
                var busiest = _bySender.Values.MaxBy(list => (list.Count, -list.First!.Value.AcceptedAt))!;
                if (TryEvictOldest(busiest))
                {
                    continue;
                }

                removed = _removed.Task;
                wait = limits.MinLifetime - Age(busiest.First!.Value);
            }

            await Task.WhenAny(removed, Task.Delay(wait > MinWait ? wait : MinWait, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Adds a connection, unless its sender has too many and none of them has had its time.</summary>
    public bool TryAdd(ISenderConnection connection)
    {
        // A proxy on this machine speaks for all senders.
        var max = IPAddress.IsLoopback(connection.Sender) ? int.MaxValue : limits.MaxConnectionsPerSender;
        lock (_lock)
        {
            if (_bySender.TryGetValue(connection.Sender, out var list) && list.Count >= max && !TryEvictOldest(list))
            {
                return false;
            }

            if (!_bySender.TryGetValue(connection.Sender, out list))
            {
                _bySender.Add(connection.Sender, list = new LinkedList<ISenderConnection>());
            }

            list.AddLast(connection);
            _count++;
            return true;
        }
    }

    /// <summary>Forgets a connection that has ended.</summary>
    public void Remove(ISenderConnection connection)
    {
        lock (_lock)
        {
            if (_bySender.TryGetValue(connection.Sender, out var list) && list.Find(connection) is { } node)
            {
                Remove(list, node);
            }
        }
    }

    /// <summary>The process has no handles left: allows fewer connections than are open now, from now on.</summary>
    public void Shrink()
    {
        lock (_lock)
        {
            _max = Math.Max(MinConnections, Math.Min(_max, _count) - ReleasedHandles);
        }
    }

    /// <summary>Those that are open.</summary>
    public IReadOnlyList<ISenderConnection> ToList()
    {
        lock (_lock)
        {
            return [.. _bySender.Values.SelectMany(list => list)];
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Closes the oldest connection of a sender that may be closed. Called under the lock.</summary>
    private bool TryEvictOldest(LinkedList<ISenderConnection> list)
    {
        for (var node = list.First; node is not null; node = node.Next)
        {
            if (Age(node.Value) >= limits.MinLifetime && node.Value.TryAbort())
            {
                Remove(list, node);
                evicted(node.Value);
                return true;
            }
        }

        return false;
    }

    private void Remove(LinkedList<ISenderConnection> list, LinkedListNode<ISenderConnection> node)
    {
        var sender = node.Value.Sender;
        list.Remove(node);
        _count--;
        if (list.Count == 0)
        {
            _bySender.Remove(sender);
        }

        _removed.TrySetResult();
        _removed = NewSignal();
    }

    // What waits for a thread of this process has had no time yet.
    private TimeSpan Age(ISenderConnection connection) =>
        connection.ReadingSince is not 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;
}
