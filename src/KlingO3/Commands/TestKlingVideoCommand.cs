using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Connections;
using KlingO3.Input;

namespace KlingO3.Commands;

/// <summary>Checks rows as <c>New-KlingVideo</c> does, and emits what it finds. Nothing is sent and nothing paid; no key is needed.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KlingVideo")]
[OutputType(typeof(KlingCheck), typeof(bool))]
public sealed class TestKlingVideoCommand : VideoInputCommand
{
    private bool _allowsLoopback;

    /// <summary>Emit only whether the row could be sent.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override bool AllowsLoopback => _allowsLoopback;

    private protected override void Begin()
    {
        base.Begin();
        _allowsLoopback = ServiceAddress.IsLoopback(Connection);
    }

    private protected override void Process(VideoRow row, CheckedVideo video) => Emit(new KlingCheck
    {
        Name = row.Draft.Name,
        IsValid = video.IsValid,
        Findings = video.Findings,
        Model = video.Model,
        Input = video.Input,
    });

    private protected override void Unreadable(KlingException problem) => Emit(new KlingCheck
    {
        Findings = [new KlingFinding { Severity = KlingSeverity.Error, Field = "row", Rule = "Readable", Message = problem.Message, Suggestion = problem.RecommendedAction }],
    });

    private void Emit(KlingCheck check) => WriteObject(Quiet ? check.IsValid : check);
}
