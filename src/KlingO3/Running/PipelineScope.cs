using System.Management.Automation.Runspaces;
using KlingO3.Bulk;
using KlingO3.Commands;

namespace KlingO3.Running;

/// <summary>
/// What the commands of one pipeline have in common: the counts behind the one progress bar, the time they may take to stop, and what is still
/// running at the service when they do. Commands join when they begin and leave when PowerShell disposes of them; the last one out
/// ends the bar. Thread-safe, because background tasks count too.
/// </summary>
internal sealed class PipelineScope
{
    // Long enough to hear the answers to creates that are on their way, short enough for Ctrl+C to feel immediate.
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(500);
    private static readonly Dictionary<Guid, PipelineScope> Scopes = [];

    private readonly object _gate = new();
    private readonly Guid _runspace;
    private readonly Dictionary<string, RunningJob> _running = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private readonly List<AsyncCommand> _commands = [];
    private int _ended;
    private DateTime? _deadline;
    private PipelineCounts _counts = new();

    private PipelineScope(Guid runspace) => _runspace = runspace;

    /// <summary>The bar of this pipeline.</summary>
    public ProgressBar Bar { get; } = new();

    /// <summary>What stands in a log instead of the bar.</summary>
    public ProgressLines Lines { get; } = new();

    /// <summary>How long a job of a model usually takes, where that is known.</summary>
    public Func<string?, TimeSpan?>? Learned { get; set; }

    /// <summary>The command whose rows are counted: the first that creates, waits or saves.</summary>
    public object? Counter { get; set; }

    /// <summary>The command that writes to the debug stream what goes over the wire.</summary>
    public object? Tracer { get; set; }

    /// <summary>The command that was told what to do with its information: it writes the lines then, and the others do not.</summary>
    public object? Teller { get; set; }

    /// <summary>What Save was told, for the line that says how to go on.</summary>
    public string? Destination { get; set; }

    /// <summary>What the pipeline waits for, in a few words; null while nothing holds it up.</summary>
    public string? Status { get; set; }

    /// <summary>What New-KlingVideo created, when it has ended.</summary>
    public CreateReport? Creates { get; set; }

    /// <summary>The batch that New-KlingVideo was given.</summary>
    public string? Batch { get; set; }

    /// <summary>Whether the pipeline was stopped by the user.</summary>
    public bool Stopped { get; set; }

    /// <summary>Whether a command ended before its work did.</summary>
    public bool Abandoned { get; set; }

    /// <summary>The counts now.</summary>
    public PipelineCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts with { Running = _running.Count };
            }
        }
    }

    /// <summary>How far the pipeline is now.</summary>
    public PipelineProgress Progress
    {
        get
        {
            lock (_gate)
            {
                return new PipelineProgress(_counts with { Running = _running.Count }, [.. _running.Values.OrderBy(job => job.CreatedAt)], Learned) { Status = Status };
            }
        }
    }

    /// <summary>Joins the pipeline of the current runspace.</summary>
    /// <param name="command">The command.</param>
    /// <param name="first">Whether the command is the first of its pipeline that joins.</param>
    public static PipelineScope Join(AsyncCommand command, out bool first)
    {
        var runspace = Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;
        lock (Scopes)
        {
            first = !Scopes.TryGetValue(runspace, out var scope);
            scope ??= Scopes[runspace] = new PipelineScope(runspace);
            scope._commands.Add(command);
            return scope;
        }
    }

    /// <summary>
    /// The command that directly follows in the same pipeline, if it is one of ours. To be asked when all commands have begun and before the first object goes
    /// down: pipelines within script blocks come later.
    /// </summary>
    public AsyncCommand? Next(AsyncCommand command)
    {
        lock (Scopes)
        {
            var index = _commands.IndexOf(command) + 1;
            var next = index < _commands.Count ? _commands[index] : null;
            var (here, there) = (command.MyInvocation, next?.MyInvocation);
            return there?.PipelinePosition == here.PipelinePosition + 1 && there.PipelineLength == here.PipelineLength ? next : null;
        }
    }

    /// <summary>Leaves the pipeline.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ended">Whether the command had done its work.</param>
    /// <returns>Whether this was the last command in it.</returns>
    public bool Leave(AsyncCommand command, bool ended)
    {
        lock (Scopes)
        {
            // A pipeline within a script block of another comes and goes while that one is under way.
            _ended -= ended ? 1 : 0;
            _deadline = Stopped ? _deadline : null;
            _commands.Remove(command);
            return _commands.Count == 0 && Scopes.Remove(_runspace);
        }
    }

    /// <summary>How long a command may still take to stop. All commands of a pipeline share it.</summary>
    public TimeSpan RemainingGrace()
    {
        lock (_gate)
        {
            _deadline ??= DateTime.UtcNow + StopGrace;
            var remaining = _deadline.Value - DateTime.UtcNow;
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>Changes the counts.</summary>
    public void Count(Func<PipelineCounts, PipelineCounts> change)
    {
        lock (_gate)
        {
            _counts = change(_counts);
        }
    }

    /// <summary>A prediction is known to run.</summary>
    public void Running(KlingPrediction prediction)
    {
        if (prediction.Id is { } id && !prediction.IsFinal())
        {
            lock (_gate)
            {
                // Once a command takes it on, it is the pipeline's business again and no longer the user's.
                var seen = _running.TryGetValue(id, out var known) ? known.Seen : DateTimeOffset.UtcNow;
                var created = prediction.CreatedAt ?? known?.CreatedAt ?? seen;
                _running[id] = new RunningJob(id, prediction.Name ?? known?.Name, prediction.Batch, prediction.Model ?? known?.Model, seen, created, Handed: false);
                _counts = _counts with { Width = Math.Max(_counts.Width, _running.Count) };
            }
        }
    }

    /// <summary>A prediction went to the user, or to a command that is not ours.</summary>
    public void Handed(KlingPrediction prediction)
    {
        lock (_gate)
        {
            if (prediction.Id is { } id && _running.TryGetValue(id, out var job))
            {
                _running[id] = job with { Handed = true };
            }
        }
    }

    /// <summary>A prediction has ended.</summary>
    public void Ended(KlingPrediction prediction)
    {
        if (prediction.Status != KlingStatus.Success)
        {
            Failed(prediction);
        }

        lock (_gate)
        {
            var took = prediction.Id is { } id && _running.Remove(id, out var job) ? DateTimeOffset.UtcNow - job.Seen : TimeSpan.Zero;
            if (prediction.Status == KlingStatus.Success)
            {
                _counts = _counts with { Done = _counts.Done + 1, Took = _counts.Took + took };
            }

            if (prediction.Cost is { } cost)
            {
                _counts = _counts with { Cost = _counts.Cost + cost, Priced = _counts.Priced + 1 };
            }
        }
    }

    /// <summary>A command has done its work.</summary>
    /// <returns>The report, if it was the last command of the pipeline, and there is anything to report.</returns>
    public string? End()
    {
        lock (Scopes)
        {
            return ++_ended == _commands.Count && (Creates is not null || Counts.Waits || Counts.Saves)
                ? PipelineReport.Describe(Counts, Creates, Batch)
                : null;
        }
    }

    /// <summary>Nothing comes of a prediction: it failed, was not waited for to its end, or could not be saved. One that several commands say it of counts once.</summary>
    public void Failed(KlingPrediction prediction)
    {
        lock (_gate)
        {
            if (_failed.Add(prediction.Id ?? ""))
            {
                _counts = _counts with { Failed = _counts.Failed + 1, Lost = _counts.Lost + 1 };
            }
        }
    }

    /// <summary>How many predictions go on at the service without this pipeline, and what picks them up; null when there are none.</summary>
    public string? DescribeLeftBehind()
    {
        lock (_gate)
        {
            // What a command that ended by itself has handed over is in the user's hands; after Ctrl+C nothing is.
            var left = _running.Where(entry => Stopped || !entry.Value.Handed).ToList();
            return left.Count == 0 ? null : LeftBehind.Describe([.. left.Select(entry => (entry.Key, entry.Value.Batch))], Destination);
        }
    }
}
