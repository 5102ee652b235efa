using System.Net;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>Tests of the options that make the service an odd one: each begins with a service that keeps the documents.</summary>
public abstract class OddSimulatorTests(RealTimeSimulator fixture) : IClassFixture<RealTimeSimulator>, IAsyncLifetime
{
    protected SimulatorProcess Simulator => fixture.Simulator;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Simulator.ResetAsync();
        await Simulator.RestoreSettingsAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected async Task<string[]> CreatedAsync(int count)
    {
        var ids = new List<string>();
        for (var n = 0; n < count; n++)
        {
            ids.Add(await Simulator.CreatedAsync($"{n}"));
        }

        return [.. ids];
    }

    protected async Task<string> OnlyJobAsync() =>
        Assert.Single((await Simulator.StateAsync()).GetProperty("jobs").EnumerateArray().ToArray()).GetProperty("id").GetString()!;

    protected async Task<JsonElement[]> RowsAsync(string query = "") =>
        [.. (await Simulator.AskAsync($"/v1/executions{query}")).GetProperty("executions").EnumerateArray()];

    protected async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-API-Key", SimulatorProcess.Key);
        using var answer = await Simulator.Http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}

/// <summary>A simulator whose clock runs like the real one.</summary>
public sealed class RealTimeSimulator : SimulatorFixture
{
    protected override int Speed => 1;
}
