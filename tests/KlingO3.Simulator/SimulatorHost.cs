namespace KlingO3.Simulator;

/// <summary>Puts the service on HTTP, and takes it off again.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    // How often ends of jobs are looked for when nobody asks. Real time.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(300);

    private readonly SimulatedService _service;
    private readonly SimulatorOptions _options;
    private readonly WebApplication _app;

    private SimulatorHost(SimulatorOptions options)
    {
        _options = options;
        _service = new SimulatedService(options);

        // The empty builder: no configuration, no logging, nothing to load that is not used. It halves the start.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "KlingO3.Simulator" });
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;

            // Callers under test are slow on purpose.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LastWords);
        _app = builder.Build();
        _service.Stopping = _app.Lifetime.ApplicationStopping;
        Map();
    }

    public static SimulatorHost Build(SimulatorOptions options) => new(options);

    public async Task RunAsync()
    {
        await _app.StartAsync();
        _service.BaseUrl = _app.Urls.First();
        await Console.Out.WriteLineAsync($"Listening on {_service.BaseUrl}");
        await Console.Out.FlushAsync();
        Watch();
        await _app.WaitForShutdownAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        var calls = new CallMiddleware(_service);
        var keys = new KeyMiddleware(_service);
        var faults = new FaultMiddleware(_service);
        _app.UseRouting();
        _app.Use(next => context => calls.InvokeAsync(context, next));
        _app.Use(next => context => keys.InvokeAsync(context, next));
        _app.Use(next => context => faults.InvokeAsync(context, next));

        var downloads = new DownloadEndpoints(_service);
        new PredictionEndpoints(_service).Map(_app);
        new ExecutionEndpoints(_service).Map(_app);
        new ModelEndpoints(_service).Map(_app);
        new UploadEndpoints(_service).Map(_app);
        downloads.Map(_app);
        new SimEndpoints(_service, downloads).Map(_app);
        _app.MapFallback(context => _service.Errors.WriteAsync(context, StatusCodes.Status404NotFound, "route not found"));
    }

    private void Watch()
    {
        _ = SettleAsync();
        if (_options.ParentPid is { } parent)
        {
            _ = StopAfterAsync(ParentWatch.UntilEndAsync(parent, _service.Stopping));
        }

        if (_options.StopWithStdin)
        {
            _ = StopAfterAsync(Task.Run(() => ParentWatch.UntilStdinEndsAsync(_service.Stopping)));
        }
    }

    private async Task SettleAsync()
    {
        using var timer = new PeriodicTimer(Tick);
        while (!_service.Stopping.IsCancellationRequested && await timer.WaitForNextTickAsync())
        {
            _service.Jobs.Settle();
        }
    }

    private async Task StopAfterAsync(Task ends)
    {
        try
        {
            await ends;
        }
        finally
        {
            _app.Lifetime.StopApplication();
        }
    }
}
