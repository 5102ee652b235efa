using System.Management.Automation;
using System.Runtime.ExceptionServices;
using KlingO3.Errors;
using KlingO3.Loading;

namespace KlingO3.Commands;

/// <summary>What every KlingO3 command has: errors that say what to do, and an end that is seen however it comes.</summary>
public abstract class KlingCommand : PSCmdlet, IDisposable
{
    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End);

    /// <summary>Called by PowerShell when the pipeline is over, however it ended.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the command holds.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private protected virtual void Begin()
    {
    }

    private protected virtual void Process()
    {
    }

    private protected virtual void End()
    {
    }

    // Called when an exception leaves the command: what it has begun is not wanted any more.
    private protected virtual void Abandon()
    {
    }

    /// <summary>Writes an object, and sees to it that it has its views.</summary>
    private protected new void WriteObject(object? value)
    {
        Views.Load(this, value);
        base.WriteObject(value);
    }

    // What rows and the service say is in the texts of these methods: a terminal must show it, and not obey it.

    /// <summary>Writes a line for -Verbose.</summary>
    private protected new void WriteVerbose(string text) => WithoutQuestion(() => base.WriteVerbose(VisibleText.Of(text)));

    /// <summary>Writes a line for -Debug.</summary>
    private protected new void WriteDebug(string text) => WithoutQuestion(() => base.WriteDebug(VisibleText.Of(text)));

    /// <summary>Writes a warning.</summary>
    private protected new void WriteWarning(string text) => WithoutQuestion(() => base.WriteWarning(VisibleText.Of(text)));

    /// <summary>
    /// With -Debug PowerShell asks after a warning or a verbose line whether to go on. In a session that cannot ask this throws once the line is written, which
    /// must not end rows that are paid for.
    /// </summary>
    private static void WithoutQuestion(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is PSInvalidOperationException or System.Management.Automation.Host.HostException)
        {
            // The session is not interactive.
        }
    }

    /// <summary>Writes a line for a log.</summary>
    private protected void WriteInformation(string text, string[] tags) => base.WriteInformation(VisibleText.Of(text), tags);

    /// <summary>Writes a line to the host, and to the information stream.</summary>
    private protected void WriteHost(string text) => base.WriteInformation(new HostInformationMessage { Message = VisibleText.Of(text) }, ["PSHOST", "KlingO3"]);

    /// <summary>Asks, or says what would be done.</summary>
    private protected new bool ShouldProcess(string target, string action) => base.ShouldProcess(VisibleText.Of(target), VisibleText.Of(action));

    internal void WriteError(KlingException exception, object? target) => WriteError(exception.ToErrorRecord(target));

    /// <summary>What the user wants done with a stream: the parameter (<c>-WarningAction</c>) before the variable (<c>$WarningPreference</c>).</summary>
    private protected string? Preference(string parameter, string variable) =>
        (MyInvocation.BoundParameters.TryGetValue(parameter, out var bound) ? bound : SessionState.PSVariable.GetValue(variable))?.ToString();

    private protected bool IsSilent(string stream) => Preference($"{stream}Action", $"{stream}Preference") is "SilentlyContinue" or "Ignore";

    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (Exception exception)
        {
            Abandon();

            // These are PowerShell's own: Ctrl+C, Select-Object -First, -ErrorAction Stop, or an error of a command downstream.
            if (exception is RuntimeException or FlowControlException or HaltCommandException)
            {
                ExceptionDispatchInfo.Throw(exception);
            }

            if (exception is OperationCanceledException && Stopping)
            {
                throw new PipelineStoppedException();
            }

            ThrowTerminatingError(exception.ToKlingException().ToErrorRecord(null));
        }
    }
}
