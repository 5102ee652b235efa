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
    internal KlingClient Client => (_lease ?? Open(ConnectionStore.Lease(Connection))).Client;

    /// <summary>The same for what needs no connection: null where there is none yet, and none is made.</summary>
    internal KlingClient? OpenClient => (_lease ?? (ConnectionStore.LeaseOpen(Connection) is { } lease ? Open(lease) : null))?.Client;

    // Called once, when the command first uses its connection; and once when it is given back.
    private protected virtual void OnOpened(KlingClient client)
    {
    }

    private protected virtual void OnClosing(KlingClient client)
    {
    }

    private ConnectionLease Open(ConnectionLease lease)
    {
        _lease = lease;
        OnOpened(lease.Client);
        return lease;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_lease is { } lease)
        {
            OnClosing(lease.Client);
        }

        _lease?.Dispose();
        _lease = null;
        base.Dispose(disposing);
    }
}
