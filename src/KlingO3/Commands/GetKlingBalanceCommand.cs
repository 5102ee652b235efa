using System.Management.Automation;

namespace KlingO3.Commands;

/// <summary>Emits the balance of the account, as the service tells it. Asking is free.</summary>
[Cmdlet(VerbsCommon.Get, "KlingBalance")]
[OutputType(typeof(KlingBalance))]
public sealed class GetKlingBalanceCommand : AsyncCommand
{
    private protected override void Process()
    {
        var client = Client;
        Start(client.GetBalanceAsync, WriteObject, problem => WriteError(problem, null));
    }
}
