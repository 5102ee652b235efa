using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>A simulator in a process of its own, on a port of its own. It ends with this object, or with the test process.</summary>
public sealed class SimulatorProcess : IAsyncDisposable
{
    public const string Key = "sim-test";

    private const string Ready = "Listening on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _complaints = new();
    private bool _disposed;

    private SimulatorProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_complaints)
            {
                _complaints.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    public Uri Uri { get; private set; } = new("http://127.0.0.1");

    /// <summary>Speaks to the simulator's root, without a key.</summary>
    public HttpClient Http { get; private set; } = new();

    public int Id => _process.Id;

    /// <summary>What it wrote to stderr: its own defects, or each call where it is verbose.</summary>
    public string Complaints
    {
        get
        {
            lock (_complaints)
            {
                return _complaints.ToString().Trim();
            }
        }
    }

    public static Task<SimulatorProcess> StartAsync(params string[] arguments) => StartWithParentAsync(Environment.ProcessId, arguments);

    public static async Task<SimulatorProcess> StartWithParentAsync(int parent, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[Dll(), "--urls", "http://127.0.0.1:0", "--parent-pid", $"{parent}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var simulator = new SimulatorProcess(Process.Start(start)!);
        try
        {
            var line = await simulator._process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            simulator.Uri = new Uri(line is not null && line.StartsWith(Ready, StringComparison.Ordinal)
                ? line[Ready.Length..]
                : throw new InvalidOperationException($"The simulator did not start: {line} {simulator.Complaints}"));
            simulator.Http.BaseAddress = simulator.Uri;
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the simulator saw; without its jobs, uploads and calls where it is brief.</summary>
    public Task<JsonElement> StateAsync(bool brief = false) => Http.GetFromJsonAsync<JsonElement>(brief ? "/_sim/state?brief=1" : "/_sim/state");

    /// <summary>Plans faults, as in <c>new { on = "create", @do = "reset-after" }</c>.</summary>
    public Task FaultsAsync(params object[] faults) => TellAsync("/_sim/faults", faults);

    public Task ClearFaultsAsync() => DeleteAsync("/_sim/faults");

    /// <summary>Takes back all changes of options since the start.</summary>
    public Task RestoreSettingsAsync() => DeleteAsync("/_sim/settings");

    /// <summary>Changes options by their names on the command line.</summary>
    public Task SettingsAsync(params (string Name, object Value)[] settings) =>
        TellAsync("/_sim/settings", settings.ToDictionary(setting => setting.Name, setting => setting.Value));

    /// <summary>Plants a job, as if somebody else in the organisation had made it; gives its id.</summary>
    public async Task<string> PlantAsync(string model, object input, double createdSecondsAgo = 0, string organisation = "") =>
        (await TellAsync("/_sim/jobs", new { model, input, createdSecondsAgo, organisation })).GetProperty("id").GetString()!;

    public Task ResetAsync() => TellAsync("/_sim/reset", new { });

    public Task WaitForExitAsync(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task DeleteAsync(string path)
    {
        using var answer = await Http.DeleteAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> TellAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"The simulator refused {path}: {text}");
    }

    // …/tests/KlingO3.Core.Tests/bin/<configuration>/net10.0/ → …/tests/KlingO3.Simulator/bin/<configuration>/net10.0/
    private static string Dll()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = framework.Parent!;
        var tests = configuration.Parent!.Parent!.Parent!;
        return Path.Combine(tests.FullName, "KlingO3.Simulator", "bin", configuration.Name, framework.Name, "KlingO3.Simulator.dll");
    }
}
