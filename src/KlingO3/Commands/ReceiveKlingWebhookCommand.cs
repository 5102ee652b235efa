using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Errors;
using KlingO3.Files;
using KlingO3.Webhooks;

namespace KlingO3.Commands;

/// <summary>
/// Listens for the service's webhooks, and emits each prediction that one names, once, as the service tells it: nothing that a delivery claims is
/// believed. A failed one is emitted too, with an error that says why.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "KlingWebhook")]
[OutputType(typeof(KlingPrediction))]
public sealed class ReceiveKlingWebhookCommand : AsyncCommand
{
    private WebhookReceiver? _receiver;
    private SaveOptions? _files;
    private Timer? _timer;
    private int _emitted;

    /// <summary>What to listen at: <c>http://+:8080/kling/</c> for every address of this machine.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Prefix { get; set; } = "";

    /// <summary>The secret that the videos were created with (<c>New-KlingVideo -WebhookSecret</c>): a SecureString or a string. Deliveries that are not signed with it are refused.</summary>
    [Parameter]
    [Alias("WebhookSecret", "webhook_secret")]
    public object? Secret { get; set; }

    /// <summary>Take deliveries of the older kind too, which carry the secret itself and no signature.</summary>
    [Parameter]
    public SwitchParameter AllowLegacySecret { get; set; }

    /// <summary>End after so many predictions. Without it, listening ends with <c>-Timeout</c> or Ctrl+C.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; }

    /// <summary>How long to listen: a span of time, or seconds. For ever by default.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Timeout { get; set; }

    /// <summary>A folder to save the videos to as they are told of; each prediction is emitted when its file is there (its <c>File</c>). Made if it is not there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    private bool HasTimeout => MyInvocation.BoundParameters.ContainsKey(nameof(Timeout));

    private bool HasAll => Count > 0 && _emitted == Count;

    private protected override void Begin()
    {
        base.Begin();
        if (HasTimeout && Timeout <= TimeSpan.Zero)
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"-Timeout is {Timeout}, but must be more than nothing.", "Give seconds (-Timeout 600) or a span of time (-Timeout 00:10:00).");
        }

        var options = new WebhookOptions
        {
            Prefix = Prefix,
            Secret = WebhookSecret.Read(Secret, nameof(Secret), MyInvocation.BoundParameters.ContainsKey(nameof(Secret))),
            AllowLegacySecret = AllowLegacySecret,
        };
        if (Path is not null)
        {
            _files = new SaveOptions { Destination = DestinationFolder.Resolve(SessionState, Path) };
            DestinationFolder.RequireWritable(_files.Destination);
        }

        _receiver = Client.Receive(options, Notices);
        WriteVerbose($"Listening at {Prefix}");
        if (HasTimeout)
        {
            var longest = TimeSpan.FromDays(49);
            _timer = new Timer(receiver => ((WebhookReceiver)receiver!).CloseNow(), _receiver, Timeout < longest ? Timeout : longest, System.Threading.Timeout.InfiniteTimeSpan);
        }
    }

    private protected override void Process() => Next();

    private protected override void Finish()
    {
        if (Count > 0 && _emitted < Count)
        {
            WriteError(
                new KlingException(
                    KlingErrorId.Timeout,
                    $"Only {_emitted} of {Count} predictions were told of within {Timeout}. Nothing was cancelled.",
                    "Wait-KlingPrediction finds how the others stand: it asks the service, and needs no webhook."),
                Prefix);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // First of all: the port is free, whatever else has to end yet.
        _timer?.Dispose();
        _receiver?.Dispose();
        base.Dispose(disposing);
    }

    private void Next()
    {
        var receiver = _receiver!;
        Start(receiver.NextAsync, Emit, problem =>
        {
            WriteError(problem, problem.PredictionId);
            Next();
        });
    }

    private void Emit(KlingPrediction? prediction)
    {
        if (prediction is null)
        {
            return;
        }

        if (_files is { } files && prediction.Status == KlingStatus.Success)
        {
            Save(prediction, files);
        }
        else
        {
            Emit(prediction, PredictionFailure.Of(prediction));
        }

        if (!HasAll)
        {
            Next();
        }
    }

    private void Save(KlingPrediction prediction, SaveOptions files)
    {
        var client = Client;
        Start(
            token => client.SaveAsync(prediction, files, null, token),
            videos => Emit(prediction with { File = videos[0].Path }, null),
            problem => Emit(prediction, problem));
    }

    private void Emit(KlingPrediction prediction, KlingException? failure)
    {
        // Claimed here, on the pipeline's thread, and not before: what is not emitted any more can be emitted by another run.
        if (HasAll || !_receiver!.Claim(prediction))
        {
            return;
        }

        _emitted++;
        if (HasAll)
        {
            _receiver.Close();
        }

        WriteObject(prediction);
        if (failure is not null)
        {
            WriteError(failure, prediction);
        }
    }
}
