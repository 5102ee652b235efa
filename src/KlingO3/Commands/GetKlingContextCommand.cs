using System.Management.Automation;
using KlingO3.Connections;

namespace KlingO3.Commands;

/// <summary>Emits the connection that commands use, its key masked, with the account that the ledger has for it; nothing when there is none and no key in the environment to make one from.</summary>
[Cmdlet(VerbsCommon.Get, "KlingContext")]
[OutputType(typeof(KlingConnection))]
public sealed class GetKlingContextCommand : ConnectedCommand
{
    private protected override void End()
    {
        if ((Connection is null ? ConnectionStore.Peek() : Client.Describe()) is { } connection)
        {
            WriteObject(connection);
        }
    }
}
