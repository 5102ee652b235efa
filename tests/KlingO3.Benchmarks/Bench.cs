using KlingO3.Bulk;
using KlingO3.Core.Tests;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;

namespace KlingO3.Benchmarks;

/// <summary>A simulator in a process of its own, and a client that lives as fast as it does: durations are those of the real service.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public const string Model = "kling-o3-pro-video-to-video-reference";

    private readonly TemporaryFolder _home = new();
    private readonly List<KlingClient> _clients = [];

    private Bench(SimulatorProcess simulator, double speed) => (Simulator, Time) = (simulator, new ScaledTime(speed));

    public SimulatorProcess Simulator { get; }

    public ScaledTime Time { get; }

    public static async Task<Bench> OpenAsync(double speed, params string[] options) =>
        new(await SimulatorProcess.StartAsync(["--speed", FormattableString.Invariant($"{speed}"), .. options]), speed);

    public ConnectionOptions Options => new()
    {
        ApiKey = SimulatorProcess.Key,
        BaseUri = new Uri(Simulator.Uri, "v1"),
        Home = _home.Path,
    };

    public KlingClient Client(Func<ConnectionOptions, ConnectionOptions>? change = null)
    {
        var client = KlingClient.Connect(change?.Invoke(Options) ?? Options, Time);
        _clients.Add(client);
        return client;
    }

    public SqliteLedger OpenLedger() => SqliteLedger.Open(_home.Path, Options.AccountHash(), Time);

    public static VideoRequest Row(string prompt) =>
        new(Model, new KlingInput { ["prompt"] = prompt, ["video_url"] = "https://media.example.com/clip.mp4" });

    /// <summary>Hands rows over as a pipeline does, and does the rest with each as soon as it is created.</summary>
    public static async Task<T[]> CreateAsync<T>(KlingClient client, IEnumerable<VideoRequest> rows, Func<KlingPrediction, Task<T>> rest)
    {
        var run = client.BeginCreates(new CreateOptions(), new Progress<Notice>());
        var all = new List<Task<T>>();
        foreach (var row in rows)
        {
            var ticket = run.Submit(row, CancellationToken.None);
            all.Add(FollowAsync(ticket));
            await ticket.NextMayStart;
        }

        return await Task.WhenAll(all);

        async Task<T> FollowAsync(CreateTicket ticket) => await rest((await ticket.Result).Prediction!);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Simulator.DisposeAsync();
        _home.Dispose();
    }
}
