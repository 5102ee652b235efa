using System.Collections.Concurrent;
using System.Text.Json;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>A simulator, a ledger folder, and as many clients on them as a test wants. A client stands for a process.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly List<KlingClient> _clients = [];
    private bool _shared;

    public required SimulatorProcess Simulator { get; init; }

    public string Home => _home.Path;

    public ConcurrentQueue<Notice> Notices { get; } = new();

    public static async Task<Workshop> OpenAsync(params string[] simulator) => new() { Simulator = await SimulatorProcess.StartAsync(simulator) };

    /// <summary>On a simulator that many tests share, made new for this one. Its settings stay as they are.</summary>
    public static async Task<Workshop> OpenOnAsync(SimulatorProcess simulator)
    {
        await simulator.ResetAsync();
        return new() { Simulator = simulator, _shared = true };
    }

    public KlingClient Client(Func<ConnectionOptions, ConnectionOptions>? change = null, TimeProvider? time = null)
    {
        var options = new ConnectionOptions
        {
            ApiKey = SimulatorProcess.Key,
            BaseUri = new Uri(Simulator.Uri, "v1"),
            PollInterval = TimeSpan.FromMilliseconds(50),
            SettleDelay = TimeSpan.FromMilliseconds(300),
            Home = _home.Path,
        };
        var client = KlingClient.Connect(change?.Invoke(options) ?? options, time);
        _clients.Add(client);
        return client;
    }

    /// <summary>Ends a client without a goodbye, as far as the ledger can tell.</summary>
    public void Kill(KlingClient client)
    {
        _clients.Remove(client);
        client.Dispose();
    }

    public CreateRun Run(KlingClient client, CreateOptions? options = null) => client.BeginCreates(options ?? new CreateOptions(), new Collector(Notices));

    /// <summary>Hands rows over as a pipeline does, and returns what became of each: a result or an exception.</summary>
    public async Task<IReadOnlyList<object>> CreateAsync(KlingClient client, IEnumerable<VideoRequest> rows, CreateOptions? options = null)
    {
        var run = Run(client, options);
        var tickets = new List<CreateTicket>();
        foreach (var row in rows)
        {
            var ticket = run.Submit(row, TestContext.Current.CancellationToken);
            tickets.Add(ticket);
            await ticket.NextMayStart;
        }

        var outcomes = new List<object>();
        foreach (var ticket in tickets)
        {
            try
            {
                outcomes.Add(await ticket.Result);
            }
            catch (KlingException error)
            {
                outcomes.Add(error);
            }
        }

        return outcomes;
    }

    public static VideoRequest Row(string prompt, string? batch = null, string? name = null) =>
        new(SimulatorClient.Model, new KlingInput { ["prompt"] = prompt, ["video_url"] = "https://example.com/a.mp4" }) { Batch = batch, Name = name };

    /// <summary>A row as the simulator's own client would send it.</summary>
    public static object Input(string prompt) => SimulatorClient.Input(prompt);

    public Task<JsonElement> StateAsync() => Simulator.StateAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        if (!_shared)
        {
            await Simulator.DisposeAsync();
        }

        _home.Dispose();
    }

    private sealed class Collector(ConcurrentQueue<Notice> notices) : IProgress<Notice>
    {
        public void Report(Notice value) => notices.Enqueue(value);
    }
}
