namespace KlingO3.Simulator;

/// <summary>The parts of the service, and the one clock that they share.</summary>
internal sealed class SimulatedService
{
    private volatile Tally _tally = new();
    private volatile CallLog _calls = new();

    public SimulatedService(SimulatorOptions options)
    {
        Settings = new Settings(options);
        Clock = new VirtualClock(options.Speed);
        Jobs = new JobBook(Clock, Settings);
        Faults = new FaultPlan(options.Seed, Clock);
        Uploads = new UploadShelf();
        Errors = new ErrorAnswer(Settings);
        Links = new OutputLinks(this);
        Webhooks = new WebhookSender(this);
        Jobs.JobEnded = Webhooks.JobEnded;
    }

    public Settings Settings { get; }
    public VirtualClock Clock { get; }
    public JobBook Jobs { get; }
    public FaultPlan Faults { get; }
    public UploadShelf Uploads { get; }
    public ErrorAnswer Errors { get; }
    public OutputLinks Links { get; }
    public WebhookSender Webhooks { get; }
    public Tally Tally => _tally;
    public CallLog Calls => _calls;

    /// <summary>Where it listens, for links in webhooks, which no request asked for.</summary>
    public string BaseUrl { get; set; } = "http://127.0.0.1";

    /// <summary>Ends when the simulator is told to stop, so that nothing it holds open delays that.</summary>
    public CancellationToken Stopping { get; set; }

    /// <summary>A moment as the service tells it: its clock may be wrong.</summary>
    public DateTimeOffset Told(DateTimeOffset time) => time.AddSeconds(Settings.Current.ClockSkew);

    /// <summary>The <c>Date</c> of an answer. Kestrel cannot leave it out, but an empty one tells no more than none.</summary>
    public string DateHeader => Settings.Current.Date switch
    {
        "none" => " ",
        "gateway" => Clock.Now.ToString("R"),
        "start" => Told(Clock.Start).ToString("R"),
        _ => Told(Clock.Now).ToString("R"),
    };

    public void Reset()
    {
        Jobs.Reset();
        Faults.Clear();
        Uploads.Clear();
        _tally = new Tally();
        _calls = new CallLog();
    }
}
