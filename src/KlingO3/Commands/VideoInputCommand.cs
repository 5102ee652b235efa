using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Input;
using KlingO3.Input.Media;

namespace KlingO3.Commands;

/// <summary>
/// The inputs of a video, for the commands that check and that create. Nothing is mandatory and little is typed, so that a bad row is one error
/// that names everything wrong with it, and never one of PowerShell's own binding errors.
/// </summary>
public abstract class VideoInputCommand : AsyncCommand
{
    private VideoRowReader? _reader;
    private ConnectionCatalog? _catalog;

    /// <summary>A row (from a CSV, JSON, a hashtable, an object), or the video itself: its URL or its file.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to make. Refers to <c>@Video1</c>, <c>@Image1</c> …, <c>@Element1</c> …. Kling stops at 2,500 characters.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string? Prompt { get; set; }

    /// <summary>The https URL of the reference video, or a local file, which is uploaded first: .mp4 or .mov, 3–10 seconds, 720–2160 pixels, at most 200 MB (100 MB from a file).</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("video_url")]
    public object? Video { get; set; }

    /// <summary>The https URLs or local files of up to 4 reference images; 4 together with the elements when there is a video.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("image_urls")]
    public object[]? Image { get; set; }

    /// <summary>Up to 4 elements, from <c>New-KlingElement</c>, as hashtables, or as text: <c>frontal|ref|ref; frontal|ref</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("elements")]
    public object[]? Element { get; set; }

    /// <summary>Whether the sound of the reference video is kept; true by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("keep_audio")]
    public object? KeepAudio { get; set; }

    /// <summary>16:9 (the default), 9:16 or 1:1.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("aspect_ratio")]
    [ArgumentCompleter(typeof(AspectRatioCompleter))]
    public string? AspectRatio { get; set; }

    /// <summary>How long the video plays, 3–15 seconds; 5 by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public string? Duration { get; set; }

    /// <summary>The kind of shot: customize.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("shot_type")]
    [ArgumentCompleter(typeof(ShotTypeCompleter))]
    public string? ShotType { get; set; }

    /// <summary>The slug of the model; <c>kling-o3-pro-video-to-video-reference</c> by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>Inputs of the model that have no parameter of their own: a hashtable, or a JSON object as text.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? Parameter { get; set; }

    /// <summary>The row's name, for people and file names. A file that is piped in gives its own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>The batch that the row belongs to: within it, a row is paid for once, however often it is run.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BatchCompleter))]
    public string? Batch { get; set; }

    /// <summary>The https URL where the service posts when the job has ended.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("webhook_url")]
    public string? WebhookUrl { get; set; }

    /// <summary>What the service signs those posts with: a SecureString or a string.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("webhook_secret")]
    public object? WebhookSecret { get; set; }

    /// <summary>Take no local files from rows: whatever a row names would be uploaded. Those of the command line (<c>-Video clip.mp4</c>) are taken all the same.</summary>
    [Parameter]
    public SwitchParameter NoLocalFile { get; set; }

    // http and loopback addresses are for the simulator alone, which is on loopback itself.
    private protected abstract bool AllowsLoopback { get; }

    // Whether the command looks into all media itself.
    private protected virtual bool ProbesAll => false;

    private protected override void Begin()
    {
        // Read beside what else begins: at first use both take some 40 ms.
        _ = Task.Run(() => ModelCatalog.Models.Count).ContinueWith(
            static read => _ = read.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        base.Begin();
        _reader = new VideoRowReader(Given()) { NoLocalFile = NoLocalFile };
        _catalog = OpenClient?.Catalog;
    }

    private protected override void Process()
    {
        Pump();
        var values = new RowValues(InputObject);
        foreach (var (given, meant) in _reader!.NoteColumns(values))
        {
            WriteWarning($"The column '{given}' is not used. Did you mean '{meant}'?");
        }

        VideoRow row;
        try
        {
            row = _reader.Read(values, InputObject, Given());
        }
        catch (KlingException unreadable)
        {
            Unreadable(unreadable);
            return;
        }

        Process(row, WithFiles(VideoChecks.Check(row.Draft, AllowsLoopback, path => LocalPath.Find(SessionState, path), _catalog)));
    }

    // What is on this computer is looked into before it is uploaded, or would be: that costs nothing and sends nothing.
    private CheckedVideo WithFiles(CheckedVideo video)
    {
        if (ProbesAll || !video.HasFiles)
        {
            return video;
        }

        var token = Cancelled;
        var probe = Task.Run(() => MediaProbe.ProbeFilesAsync(video, token), token);
        PumpUntil(probe);
        return video.With(probe.GetAwaiter().GetResult());
    }

    // MyInvocation.BoundParameters would not do: it keeps what a row before had, and holds script blocks that are not evaluated yet.
    private Dictionary<string, object?> Given() => new()
    {
        [nameof(Prompt)] = Prompt,
        [nameof(Video)] = Video,
        [nameof(Image)] = Image,
        [nameof(Element)] = Element,
        [nameof(KeepAudio)] = KeepAudio,
        [nameof(AspectRatio)] = AspectRatio,
        [nameof(Duration)] = Duration,
        [nameof(ShotType)] = ShotType,
        [nameof(Model)] = Model,
        [nameof(Parameter)] = Parameter,
        [nameof(Name)] = Name,
        [nameof(Batch)] = Batch,
        [nameof(WebhookUrl)] = WebhookUrl,
        [nameof(WebhookSecret)] = WebhookSecret,
    };

    private protected abstract void Process(VideoRow row, CheckedVideo video);

    private protected abstract void Unreadable(KlingException problem);
}
