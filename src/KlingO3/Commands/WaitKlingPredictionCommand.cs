using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Running;
using KlingO3.Webhooks;

namespace KlingO3.Commands;

/// <summary>Watches predictions, all at once, and emits each when it has ended. A failed one is emitted too, with an error that says why.</summary>
[Cmdlet(VerbsLifecycle.Wait, "KlingPrediction", DefaultParameterSetName = "Id")]
[OutputType(typeof(KlingPrediction))]
public sealed class WaitKlingPredictionCommand : PredictionInputCommand
{
    private PredictionWaits? _waits;
    private WebhookHints? _hints;

    /// <inheritdoc/>
    [Parameter(ParameterSetName = "Id", Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PredictionId", "exec_id")]
    [ArgumentCompleter(typeof(IdCompleter))]
    public override string[]? Id { get; set; }

    /// <summary>How long to wait for each prediction, from when it came in: a span of time, or seconds. 1 hour by default. Nothing is cancelled when it is over.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; } = PredictionWaits.DefaultTimeout;

    /// <summary>
    /// Listen here for the webhooks of the predictions (<c>http://+:8080/kling/</c>), which were created with a <c>-WebhookUrl</c> that leads here, and ask
    /// the service when one comes. Where none comes, the wait goes on by asking.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WebhookPrefix { get; set; }

    /// <summary>The secret that they were created with (<c>New-KlingVideo -WebhookSecret</c>): a SecureString or a string.</summary>
    [Parameter]
    [Alias("webhook_secret")]
    public object? WebhookSecret { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        if (Timeout <= TimeSpan.Zero)
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"-Timeout is {Timeout}, but must be more than nothing.", "Give seconds (-Timeout 600) or a span of time (-Timeout 00:10:00).");
        }

        Scope.Counter ??= this;
        Scope.Count(counts => counts with { Waits = true });
        _waits = new PredictionWaits(this, Timeout, WriteObject, WebhookPrefix is not null);
        RequireConnection();
        ListenForHints();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _hints?.Dispose();
        base.Dispose(disposing);
    }

    // Before the first row is created: a job may end before the next one is.
    private void ListenForHints()
    {
        var secret = Binding.WebhookSecret.Read(WebhookSecret, nameof(WebhookSecret), MyInvocation.BoundParameters.ContainsKey(nameof(WebhookSecret)));
        if (WebhookPrefix is not null)
        {
            _hints = Client.ListenForHints(new WebhookOptions { Prefix = WebhookPrefix, Secret = secret }, Notices);
        }
    }

    private protected override void Process(KlingPrediction prediction)
    {
        _waits!.Add(prediction);
        Pump();
    }
}
