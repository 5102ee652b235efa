using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Connections;
using KlingO3.Input;
using KlingO3.Input.Media;

namespace KlingO3.Commands;

/// <summary>Checks rows as <c>New-KlingVideo</c> does, and emits what it finds. Nothing is sent and nothing paid; no key is needed.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KlingVideo")]
[OutputType(typeof(KlingCheck), typeof(bool))]
public sealed class TestKlingVideoCommand : VideoInputCommand
{
    private const int ProbedAtOnce = 4;

    private bool _allowsLoopback;
    private int _probing;

    /// <summary>Emit only whether the row could be sent.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Also look into each video and image: its length, size and format, from a few small requests to its own server.</summary>
    [Parameter]
    public SwitchParameter Probe { get; set; }

    private protected override bool AllowsLoopback => _allowsLoopback;

    private protected override bool ProbesAll => Probe;

    private protected override void Begin()
    {
        base.Begin();
        _allowsLoopback = ServiceAddress.IsLoopback(Connection);
    }

    private protected override void Process(VideoRow row, CheckedVideo video)
    {
        var check = new KlingCheck
        {
            Name = row.Draft.Name,
            IsValid = video.IsValid,
            Findings = video.Findings,
            Model = video.Model,
            Input = video.Input,
            EstimatedCost = video.IsValid ? Estimate(video) : null,
        };
        if (Probe)
        {
            LookInto(video, check);
        }
        else
        {
            Emit(check);
        }
    }

    private void LookInto(CheckedVideo video, KlingCheck check)
    {
        var client = OpenClient;
        _probing++;
        Start(
            token => client is null ? MediaProbe.ProbeAsync(video, MediaHttp.Shared, _allowsLoopback, token) : client.ProbeAsync(video, _allowsLoopback, token),
            report =>
            {
                _probing--;
                var probed = video.With(report);
                Emit(check with { Media = report.Media, IsValid = probed.IsValid, Findings = probed.Findings });
            },
            problem =>
            {
                _probing--;
                WriteError(problem, check);
            });
        PumpUntil(() => _probing < ProbedAtOnce);
    }

    // From the ledger alone: a check needs no key, and asks the service nothing.
    private decimal? Estimate(CheckedVideo video)
    {
        try
        {
            return Client.EstimateCost(video.Model, video.Input);
        }
        catch (KlingException)
        {
            return null;
        }
    }

    private protected override void Unreadable(KlingException problem) => Emit(new KlingCheck
    {
        Findings = [new KlingFinding { Severity = KlingSeverity.Error, Field = "row", Rule = "Readable", Message = problem.Message, Suggestion = problem.RecommendedAction }],
    });

    private void Emit(KlingCheck check) => WriteObject(Quiet ? check.IsValid : check);
}
