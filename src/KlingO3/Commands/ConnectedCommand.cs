using System.Management.Automation;
using KlingO3.Connections;

namespace KlingO3.Commands;

/// <summary>A command that uses a connection.</summary>
public abstract class ConnectedCommand : KlingCommand
{
    private ConnectionLease? _lease;

    /// <summary>The connection to use, from <c>Connect-Kling -PassThru</c>; the current one by default.</summary>
    [Parameter]
    public KlingConnection? Connection { get; set; }

    /// <summary>The client. Held from the first use to the end of the command, so that Disconnect-Kling in another runspace does not pull it away.</summary>
    internal KlingClient Client => (_lease ??= ConnectionStore.Lease(Connection)).Client;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _lease?.Dispose();
        _lease = null;
        base.Dispose(disposing);
    }
}
