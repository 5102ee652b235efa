using System.Management.Automation;
using System.Management.Automation.Host;
using KlingO3.Errors;
using KlingO3.Running;

namespace KlingO3.Commands;

/// <summary>
/// A command whose work goes on in the background. Tasks leave their outcomes in a queue; the pipeline thread, the only one that may write,
/// takes them out: without waiting while rows still come, and until nothing is left at the end. While a command waits, the ones of ours behind it get their turns to
/// write. However the pipeline ends, the tasks are cancelled and observed.
/// </summary>
public abstract class AsyncCommand : ConnectedCommand
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private readonly PipelineQueue _queue = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly HashSet<Task> _tasks = [];
    private PSHostUserInterface? _screen;
    private PipelineScope? _scope;
    private bool _showsBar;
    private bool _writesLines;
    private bool _warns;
    private bool _ended;
    private bool _left;

    private protected bool IsFirst { get; private set; }

    internal PipelineScope Scope => _scope!;

    private protected CancellationToken Cancelled => _cancel.Token;

    /// <summary>The command that follows; null before the first object.</summary>
    internal DownstreamCommand? Downstream { get; private set; }

    /// <summary>Whether background work has left something to be written.</summary>
    internal bool HasOutput => !_queue.IsEmpty;

    internal NoticeRelay Notices => new(_queue, Write);

    private protected override void Begin()
    {
        _scope = PipelineScope.Join(this, out var first);
        IsFirst = first;
        _screen = Host?.UI;
        _showsBar = Watchers.MayShowBars(Host) && !IsSilent("Progress");
        _writesLines = !_showsBar || Watchers.KeepsLog(Host);
        if (MyInvocation.BoundParameters.ContainsKey("InformationAction") || MyInvocation.BoundParameters.ContainsKey("InformationVariable"))
        {
            _scope.Teller ??= this;
        }

        _warns = !IsSilent("Warning");
        _cancel.Token.Register(_queue.Wake);
    }

    private protected override void End()
    {
        if (Scope.Counter == this)
        {
            Scope.Count(counts => counts with { AllSeen = true });
        }

        PumpUntil(() => _tasks.Count == 0);
        Finish();
        _ended = true;
        if (Scope.End() is { } report)
        {
            WriteInformation(report, ["KlingO3"]);
        }
    }

    /// <summary>Called when all work is done, before the pipeline's report.</summary>
    private protected virtual void Finish()
    {
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        if (_scope is { } scope)
        {
            scope.Stopped = true;
        }

        Abandon();
    }

    private protected override void Abandon() => _cancel.Cancel();

    private protected override void OnOpened(KlingClient client)
    {
        Scope.Learned ??= client.UsualTime;
        if (Preference("Debug", "DebugPreference") is not (null or "False" or nameof(ActionPreference.SilentlyContinue) or nameof(ActionPreference.Ignore)))
        {
            client.Exchanged += OnExchanged;
        }
    }

    private protected override void OnClosing(KlingClient client) => client.Exchanged -= OnExchanged;

    // The client is the whole pipeline's: only one of its commands tells what goes over the wire.
    private void OnExchanged(Notice notice)
    {
        if ((Scope.Tracer ??= this) == this)
        {
            Notices.Report(notice);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_scope is { } scope && !_left)
        {
            _left = true;
            if (!_ended)
            {
                scope.Abandoned = true;
                _cancel.Cancel();
                Settle(scope);
            }

            Leave(scope);
        }

        base.Dispose(disposing);
    }

    // What a command still has to see through when it is stopped.
    private protected virtual void Settle(PipelineScope scope) => Task.WaitAll([.. _tasks.Select(Quietly)], scope.RemainingGrace());

    /// <summary>Starts work off the pipeline thread. One of the two callbacks follows, on the pipeline thread, unless the command was cancelled.</summary>
    internal Task Start<T>(Func<CancellationToken, Task<T>> work, Action<T> done, Action<KlingException> failed)
    {
        var token = Cancelled;
        var task = Task.Run(() => work(token), CancellationToken.None);
        _tasks.Add(task);
        _ = task.ContinueWith(
            ended => _queue.Post(() =>
            {
                _tasks.Remove(ended);
                Deliver(ended, done, failed);
            }),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }

    /// <summary>What this command has to write is also to wake the one before it.</summary>
    internal void WakeAlso(PipelineQueue upstream) => _queue.WakeAlso(upstream);

    /// <summary>Writes what is there, and waits for nothing.</summary>
    private protected void Pump() => PumpUntil(() => true);

    /// <summary>Writes what comes, until the task has ended.</summary>
    private protected void PumpUntil(Task task)
    {
        _ = Quietly(task).ContinueWith(_ => _queue.Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        PumpUntil(() => task.IsCompleted);
    }

    /// <summary>Writes what comes, until the callback of started work has been called.</summary>
    private protected void PumpUntilDelivered(Task task) => PumpUntil(() => !_tasks.Contains(task));

    /// <summary>Writes what comes, until something is so.</summary>
    private protected void PumpUntil(Func<bool> enough)
    {
        Downstream ??= new DownstreamCommand(this, _queue);
        while (true)
        {
            // Asked before the queue is emptied: what the last task left is then written too.
            var last = enough();
            while (_queue.TryTake(out var action))
            {
                action();
            }

            if (_cancel.IsCancellationRequested)
            {
                throw new PipelineStoppedException();
            }

            Downstream.GiveTurn();
            ShowProgress();
            if (last)
            {
                return;
            }

            if (!enough())
            {
                _queue.Wait(Tick);
            }
        }
    }

    private void Deliver<T>(Task<T> task, Action<T> done, Action<KlingException> failed)
    {
        if (task.IsCompletedSuccessfully)
        {
            done(task.Result);
        }
        else if (task.Exception?.GetBaseException() is { } exception and not OperationCanceledException)
        {
            failed(exception.ToKlingException());
        }
        else if (!Cancelled.IsCancellationRequested)
        {
            // Cancelled by something other than the end of the command: the row must not vanish without an error.
            failed(new TaskCanceledException(task).ToKlingException());
        }
    }

    private protected static Task Quietly(Task task) =>
        task.ContinueWith(ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void ShowProgress()
    {
        if (_showsBar && Scope.Bar.IsDue)
        {
            Scope.Bar.Show(_screen!, Scope.Progress);
        }

        if (_writesLines && (Scope.Teller ?? this) == this && Scope.Lines.IsDue && Scope.Lines.Next(Scope.Progress) is { } line)
        {
            WriteInformation(line, ["KlingO3"]);
        }
    }

    private void Leave(PipelineScope scope)
    {
        scope.Counter = scope.Counter == this ? null : scope.Counter;
        scope.Teller = scope.Teller == this ? null : scope.Teller;
        scope.Tracer = scope.Tracer == this ? null : scope.Tracer;
        if (!scope.Leave(this, _ended))
        {
            return;
        }

        scope.Bar.Complete(_screen);

        // A stopped command may not write to its streams any more; the host still listens.
        if ((scope.Stopped || scope.Abandoned) && _warns && scope.DescribeLeftBehind() is { } line)
        {
            _screen?.WriteWarningLine(VisibleText.Of(line));
        }
    }

    private void Write(Notice notice)
    {
        if (notice.Status is { } status)
        {
            Scope.Status = status.Length > 0 ? status : null;
        }

        switch (notice.Level)
        {
            case NoticeLevel.Warning:
                Scope.Bar.Remark = notice.Message;
                WriteWarning(notice.Message);
                break;
            case NoticeLevel.Information:
                Scope.Bar.Remark = notice.Message;
                WriteInformation(notice.Message, ["KlingO3"]);
                break;
            case NoticeLevel.Progress: Scope.Bar.Remark = notice.Message; break;
            case NoticeLevel.Verbose: WriteVerbose(notice.Message); break;
            default: WriteDebug(notice.Message); break;
        }
    }
}
