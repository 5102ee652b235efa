namespace KlingO3.Running;

/// <summary>
/// What background tasks hand to the pipeline thread, the only one that may write. Posting never blocks and never fails, also when nobody
/// listens any more.
/// </summary>
internal sealed class PipelineQueue
{
    private readonly Queue<Action> _actions = new();
    private PipelineQueue? _upstream;
    private bool _woken;

    /// <summary>Whether nothing is left for the pipeline thread.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_actions)
            {
                return _actions.Count == 0;
            }
        }
    }

    /// <summary>From now on, what is posted here also wakes another command's wait: it has the pipeline thread and can pass it on.</summary>
    public void WakeAlso(PipelineQueue upstream) => Volatile.Write(ref _upstream, upstream);

    /// <summary>Leaves something for the pipeline thread to do.</summary>
    public void Post(Action action)
    {
        lock (_actions)
        {
            _actions.Enqueue(action);
            Monitor.PulseAll(_actions);
        }

        Volatile.Read(ref _upstream)?.Wake();
    }

    /// <summary>Ends the current <see cref="Wait"/>, or the next.</summary>
    public void Wake()
    {
        lock (_actions)
        {
            _woken = true;
            Monitor.PulseAll(_actions);
        }

        Volatile.Read(ref _upstream)?.Wake();
    }

    /// <summary>Takes the next thing to do.</summary>
    public bool TryTake(out Action action)
    {
        lock (_actions)
        {
            return _actions.TryDequeue(out action!);
        }
    }

    /// <summary>Blocks until there is something to do, <see cref="Wake"/> was called, or the time is over.</summary>
    public void Wait(TimeSpan atMost)
    {
        lock (_actions)
        {
            if (_actions.Count == 0 && !_woken)
            {
                Monitor.Wait(_actions, atMost);
            }

            _woken = false;
        }
    }
}
