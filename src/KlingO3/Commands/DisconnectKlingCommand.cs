using System.Management.Automation;
using KlingO3.Connections;

namespace KlingO3.Commands;

/// <summary>Closes the current connection, or the one that is given, and forgets its key. Jobs at the service go on.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Kling")]
public sealed class DisconnectKlingCommand : ConnectedCommand
{
    private protected override void End() => ConnectionStore.Close(Connection);
}
