using System.Globalization;
using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Bulk;
using KlingO3.Connections;
using KlingO3.Input;
using KlingO3.Loading;
using KlingO3.Running;

namespace KlingO3.Commands;

/// <summary>
/// Creates videos, one a row, as fast as the service's limits allow, and emits each prediction as soon as the service has accepted it.
/// Every create costs money, and is sent once.
/// </summary>
[Cmdlet(VerbsCommon.New, "KlingVideo", SupportsShouldProcess = true)]
[OutputType(typeof(KlingPrediction))]
public sealed class NewKlingVideoCommand : VideoInputCommand
{
    private CreateRun? _run;
    private KlingException? _ending;
    private object? _endingTarget;
    private int _invalid;
    private int _notHandedOver;
    private PredictionWaits? _waits;
    private readonly CreatePreview _preview = new();
    private bool _isPreview;
    private int _rows;

    /// <summary>Emit each prediction when it has ended, and not when it was created.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Create failed and cancelled rows of the batch anew. They are paid for again.</summary>
    [Parameter]
    public SwitchParameter RetryFailed { get; set; }

    /// <summary>Send rows again whose answer was lost and could not be found. They may then be paid for twice.</summary>
    [Parameter]
    public SwitchParameter RetryUnknown { get; set; }

    /// <summary>
    /// The ids of predictions that you know to be these rows': a row whose create ended Unknown takes the one whose input may be its own. Nothing is created
    /// and nothing paid for it.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? AdoptId { get; set; }

    /// <summary>
    /// Before a row that the ledger does not know is created, search the service's executions for its job and take that: for a fresh machine, a sandbox
    /// without a disk, or a ledger that is lost. Needs a batch.
    /// </summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>How far back <c>-Adopt</c> searches: a span of time or a date; 2 days by default.</summary>
    [Parameter]
    [TimeAgo]
    public TimeSpan AdoptSince { get; set; } = TimeSpan.FromDays(2);

    /// <summary>
    /// What the batch may cost in USD, together with what it cost before; without a batch, what this run may cost. The rows beyond it are not sent, and one error says how many.
    /// </summary>
    [Parameter]
    [ValidateRange(0.0, 1_000_000.0)]
    public decimal? MaxCost { get; set; }

    private protected override bool AllowsLoopback => ServiceAddress.IsLoopback(Connection);

    private protected override void Begin()
    {
        base.Begin();
        _waits = new PredictionWaits(this, PredictionWaits.DefaultTimeout, WriteObject);
        Scope.Counter ??= this;
        Scope.Count(counts => counts with { Waits = counts.Waits || Wait });
        _isPreview = Preference("WhatIf", "WhatIfPreference") == bool.TrueString;
        if (!_isPreview || HasKey())
        {
            // Now, and not at the first row: without a key no row need be read. -WhatIf needs none.
            _run = Client.BeginCreates(new CreateOptions { RetryFailed = RetryFailed, RetryUnknown = RetryUnknown, AdoptIds = AdoptIds(), MaxCost = MaxCost, AdoptSince = Adopt || MyInvocation.BoundParameters.ContainsKey(nameof(AdoptSince)) ? AdoptSince : null }, Notices);
        }
    }

    private string[] AdoptIds() => [.. (AdoptId ?? []).Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => PredictionIdFormat.TryRead(text, out var id, out var problem) ? id : throw problem)];

    private protected override void Process(VideoRow row, CheckedVideo video)
    {
        Scope.Count(counts => counts with { Seen = counts.Seen + 1 });
        if (_ending is not null)
        {
            Skip();
            return;
        }

        if (video.ToException() is { } invalid)
        {
            _invalid++;
            Refuse(invalid, row.Target(video));
            return;
        }

        foreach (var warning in video.Findings)
        {
            WriteWarning($"{row.Describe()}: {warning}");
        }

        Propose(row, video);
    }

    // A row that the ledger knows is paid for already: nothing is asked about it.
    private void Propose(VideoRow row, CheckedVideo video)
    {
        PreparedRow? prepared;
        try
        {
            prepared = Prepare(row, video);
        }
        catch (KlingException invalid) when (invalid.ErrorId is KlingErrorId.InvalidInput or KlingErrorId.UploadFailed)
        {
            _invalid++;
            Refuse(invalid, row.Target(video));
            return;
        }

        if (prepared is { WouldCreate: false, Known: { } known })
        {
            if (_isPreview)
            {
                _preview.AddKnown();
                WriteHost($"What if: {row.Describe()} is known ({known.Status}), nothing paid.");
                return;
            }
        }
        else if (!ShouldProcess(row.Describe(), $"Create a video, which costs {Price(prepared?.Estimate)}{row.DescribeEffects(video)}"))
        {
            if (_isPreview)
            {
                _preview.AddCreate(prepared?.Estimate);
            }
            else
            {
                // -Confirm was answered with No.
                Skip();
            }

            return;
        }

        if (_run is { } run && !_isPreview)
        {
            HintAtBatch(row);
            Create(run, row, video, prepared);
        }
    }

    // The ledger is asked where its answer decides what is said: without a question, and without -Verbose, the row goes its way at once.
    private PreparedRow? Prepare(VideoRow row, CheckedVideo video)
    {
        if (_run is not { } run || !(_isPreview || Asks || IsVerbose))
        {
            return null;
        }

        var prepared = Task.Run(() => run.PrepareAsync(row.ToRequest(video), Cancelled));
        PumpUntil(prepared);
        return prepared.GetAwaiter().GetResult();
    }

    private bool Asks => Preference("Confirm", "ConfirmPreference") is "True" or nameof(ConfirmImpact.Low) or nameof(ConfirmImpact.Medium);

    private bool IsVerbose => Preference("Verbose", "VerbosePreference") is not (null or "False" or nameof(ActionPreference.SilentlyContinue) or nameof(ActionPreference.Ignore));

    private static string Price(decimal? estimate) => estimate is { } usd ? string.Create(CultureInfo.InvariantCulture, $"about {usd:0.00##} USD") : "money";

    private bool HasKey()
    {
        try
        {
            return Client is not null;
        }
        catch (KlingException exception) when (exception.ErrorId == KlingErrorId.NoApiKey)
        {
            return false;
        }
    }

    // Whoever types several rows without a batch at a prompt may run the line again after a break, and pay again.
    private void HintAtBatch(VideoRow row)
    {
        if (++_rows == 2 && row.Draft.Batch is null && Watchers.MayShowBars(Host))
        {
            WriteHost("Hint: without -Batch each run of this line creates, and pays for, every row again. With -Batch NAME it goes on where it stood.");
        }
    }

    // A row that is not to be created is one that was not sent: the numbers of the report add up.
    private void Skip()
    {
        _notHandedOver++;
        Scope.Count(counts => counts with { NotSent = counts.NotSent + 1 });
    }

    private protected override void Unreadable(KlingException problem)
    {
        Scope.Count(counts => counts with { Seen = counts.Seen + 1 });
        _invalid++;
        Refuse(problem, InputObject);
    }

    private protected override void Finish()
    {
        if (_isPreview)
        {
            WriteHost($"What if: {_preview.Describe(_invalid)}");
            return;
        }

        if (_run is not { } run || run.Report.Rows + _invalid + _notHandedOver == 0)
        {
            return;
        }

        var report = run.Report;
        (Scope.Creates, Scope.Batch) = (
            report with { Rows = report.Rows + _invalid + _notHandedOver, Refused = report.Refused + _invalid, NotSent = report.NotSent + _notHandedOver }, Batch);
        if ((_ending ?? (report.NotSent > 0 ? run.Stopped : null)) is { } ending)
        {
            WriteError(Explain(ending, run), _endingTarget);
        }
    }

    private protected override void Settle(PipelineScope scope)
    {
        // What is on its way is paid for: hear its answer, so that its id is known.
        _run?.DrainAsync(scope.RemainingGrace()).Wait();
        base.Settle(scope);
    }

    private void Create(CreateRun run, VideoRow row, CheckedVideo video, PreparedRow? prepared)
    {
        var scope = Scope;
        var ticket = prepared is null ? run.Submit(row.ToRequest(video), Cancelled) : run.Submit(prepared, Cancelled);
        var created = Start(
            async _ =>
            {
                var result = await ticket.Result.ConfigureAwait(false);
                if (result.Prediction is { } prediction)
                {
                    scope.Running(prediction);
                }

                return result;
            },
            result => Emit(result, row.Target(video)),
            refusal => Refuse(refusal, row.Target(video)));
        Views.Load(this);
        PumpUntil(ticket.NextMayStart);
        if (ticket.Result.IsCompleted)
        {
            // The next row may be long in coming: what became of this one is emitted first.
            PumpUntilDelivered(created);
        }

        if (run.Stopped is { } stopped)
        {
            OnStopped(run, stopped);
        }
    }

    private void Emit(CreateResult result, object target)
    {
        if (result.Prediction is not { } prediction)
        {
            // The account was refused and not the row: one error tells it for all, and points at the first.
            _endingTarget ??= target;
            Scope.Count(counts => counts with { NotSent = counts.NotSent + 1 });
        }
        else
        {
            Scope.Count(counts => counts with { Answered = counts.Answered + 1 });
            Emit(prediction);
            WriteVerbose($"{prediction.Name ?? "Row"} ({prediction.Id}): {Describe(result.Outcome)}");
        }
    }

    private static string Describe(CreateOutcome outcome) => outcome switch
    {
        CreateOutcome.Found => "known to the ledger, nothing paid",
        CreateOutcome.Adopted => "adopted from what the service lists, nothing paid",
        CreateOutcome.Settled => "created; the answer was lost, and it was found at the service",
        _ => "created",
    };

    private void Emit(KlingPrediction prediction)
    {
        if (Wait)
        {
            _waits!.Add(prediction);
        }
        else
        {
            Scope.Handed(prediction);
            WriteObject(prediction);
        }
    }

    private void OnStopped(CreateRun run, KlingException stopped)
    {
        // Creates that are still on their way decide whether anything was accepted, so theirs are heard first.
        PumpUntil(run.DrainAsync(TimeSpan.FromMinutes(5)));
        Pump();
        if (!run.AnyAccepted && stopped.ErrorId is KlingErrorId.Unauthorized or KlingErrorId.LedgerUnavailable)
        {
            throw stopped;
        }

        _ending = stopped;
        if (Preference("ErrorAction", "ErrorActionPreference") == nameof(ActionPreference.Stop))
        {
            WriteError(Explain(stopped, run), _endingTarget);
        }
    }

    private KlingException Explain(KlingException stopped, CreateRun run)
    {
        var notSent = run.NotSent + _notHandedOver;
        var rows = notSent == 1 ? "1 row was refused or not sent; nothing was paid for it." : $"{notSent} rows were refused or not sent; nothing was paid for them.";
        return new KlingException(
            stopped.ErrorId,
            $"{stopped.Message} {rows}",
            stopped.RecommendedAction,
            stopped)
        {
            StatusCode = stopped.StatusCode,
            ServiceMessage = stopped.ServiceMessage,
            RequestId = stopped.RequestId,
        };
    }

    private void Refuse(KlingException problem, object? target)
    {
        Scope.Count(counts => counts with { Answered = counts.Answered + 1, Failed = counts.Failed + 1 });
        WriteError(problem, target);
    }
}
