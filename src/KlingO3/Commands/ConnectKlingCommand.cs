using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Connections;

namespace KlingO3.Commands;

/// <summary>
/// Connects this process to an account of each::labs. Nothing is sent yet. Without it, the first command connects with
/// <c>$env:EACHLABS_API_KEY</c> and <c>$env:KLINGO3_BASE_URI</c>.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "Kling")]
[OutputType(typeof(KlingConnection))]
public sealed class ConnectKlingCommand : KlingCommand
{
    /// <summary>The API key: a SecureString (from Get-Secret or Read-Host -AsSecureString) or a string; <c>$env:EACHLABS_API_KEY</c> by default. It stays in memory.</summary>
    [Parameter(Position = 0)]
    public object? ApiKey { get; set; }

    /// <summary>The service's address: https, or http on this machine; <c>$env:KLINGO3_BASE_URI</c> or <c>https://api.eachlabs.ai/v1</c> by default.</summary>
    [Parameter]
    public Uri? BaseUri { get; set; }

    /// <summary>The header that carries the key: X-API-Key, or Authorization: Bearer.</summary>
    [Parameter]
    public KlingAuthentication Authentication { get; set; }

    /// <summary>How many jobs may be in flight at once, 1–1000. The service's limit is 10.</summary>
    [Parameter]
    public int MaxConcurrent { get; set; } = 10;

    /// <summary>How many jobs may be created in any minute. The service's limit is 100.</summary>
    [Parameter]
    public int CreatesPerMinute { get; set; } = 100;

    /// <summary>How often a job in flight is looked at: a span of time, or seconds. Faster than 5 seconds gains nothing.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How far apart the two looks are that settle a create whose answer was lost: a span of time, or seconds.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan SettleDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The address of a proxy.</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>
    /// The account of the key in the ledger, by a name of your own, whatever its case; <c>$env:KLINGO3_ACCOUNT</c> by default. Without it a key that
    /// the ledger has not seen is proved by asking the service for a prediction of the accounts that it knows.
    /// </summary>
    [Parameter]
    public string? Account { get; set; }

    /// <summary>Emit the connection, for <c>-Connection</c> of the other commands. It stays open when another becomes the current one.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void End()
    {
        var environment = EnvironmentSettings.Read();
        var connection = ConnectionStore.Connect(
            new ConnectionOptions
            {
                ApiKey = Key(environment),
                BaseUri = BaseUri ?? environment.ReadBaseUri() ?? ConnectionOptions.DefaultBaseUri,
                Authentication = Authentication,
                MaxConcurrent = MaxConcurrent,
                CreatesPerMinute = CreatesPerMinute,
                PollInterval = PollInterval,
                SettleDelay = SettleDelay,
                Proxy = Proxy,
                Account = MyInvocation.BoundParameters.ContainsKey(nameof(Account)) ? Account ?? "" : environment.ReadAccount(),
            },
            PassThru);
        if (PassThru)
        {
            WriteObject(connection);
        }
    }

    // A vault that gave nothing must not lead to another account's key being used.
    private string Key(EnvironmentSettings environment) =>
        MyInvocation.BoundParameters.ContainsKey(nameof(ApiKey))
            ? SecretText.Read(ApiKey, nameof(ApiKey)) ?? throw EnvironmentSettings.NoApiKey("The API key that was given is blank.")
            : environment.RequireKey();
}
