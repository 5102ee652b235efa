using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>The plainest client of the service: it does what it is told once, and never again.</summary>
internal static class SimulatorClient
{
    public const string Model = "kling-o3-pro-video-to-video-reference";

    public static object Input(string prompt) => new { prompt, video_url = "https://example.com/a.mp4" };

    public static Task<HttpResponseMessage> CreateAsync(this SimulatorProcess simulator, string prompt, string key = SimulatorProcess.Key) =>
        simulator.CreateAsync(new { model = Model, input = Input(prompt) }, key);

    public static async Task<HttpResponseMessage> CreateAsync(this SimulatorProcess simulator, object body, string key = SimulatorProcess.Key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/prediction/") { Content = JsonContent.Create(body) };
        request.Headers.Add("X-API-Key", key);
        return await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Creates, and gives the id.</summary>
    public static async Task<string> CreatedAsync(this SimulatorProcess simulator, object body)
    {
        using var answer = await simulator.CreateAsync(body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("predictionID").GetString()!;
    }

    public static Task<string> CreatedAsync(this SimulatorProcess simulator, string prompt) =>
        simulator.CreatedAsync(new { model = Model, input = Input(prompt) });

    public static async Task<JsonElement> AskAsync(this SimulatorProcess simulator, string path, HttpMethod? method = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-API-Key", SimulatorProcess.Key);
        using var answer = await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The link of an output, whichever shape that has; null before there is one.</summary>
    public static async Task<string?> LinkAsync(this SimulatorProcess simulator, string id)
    {
        var output = (await simulator.AskAsync($"/v1/prediction/{id}")).GetProperty("output");
        return output.ValueKind switch
        {
            JsonValueKind.Array => output[0].GetString(),
            JsonValueKind.Object => output.GetProperty("url").GetString(),
            _ => output.GetString(),
        };
    }

    public static long Number(this JsonElement state, string name) => state.GetProperty(name).GetInt64();

    public static long Refused(this JsonElement state, string why) => state.GetProperty("refused").GetProperty(why).GetInt64();
}
