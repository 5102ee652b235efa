using System.Net;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>What a create is refused for, and what each fault does to one.</summary>
public sealed class SimulatorCreateTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("""{"prompt":"p"}""")]
    [InlineData("""{"video_url":"https://e.com/a.mp4"}""")]
    [InlineData("""{"prompt":"p","video_url":"http://e.com/a.mp4"}""")]
    [InlineData("""{"prompt":"p","video_url":"https://192.168.0.1/a.mp4"}""")]
    [InlineData("""{"prompt":"p","video_url":"data:video/mp4;base64,AAAA"}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","duration":5}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","duration":"2"}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","keep_audio":"true"}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","image_urls":"[\"https://e.com/a.png\"]"}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","image_urls":null}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","elements":[{"image_url":"https://e.com/a.png"}]}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","elements":[{"frontal_image_url":"https://e.com/a.png","reference_image_urls":[]}]}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","image_urls":["https://e.com/1","https://e.com/2","https://e.com/3","https://e.com/4"],"elements":[{"video_url":"https://e.com/b.mp4"}]}""")]
    [InlineData("""{"prompt":"p","video_url":"https://e.com/a.mp4","seed":1}""")]
    public async Task Input_that_no_document_promises_to_take_is_refused(string input)
    {
        var simulator = fixture.Simulator;
        await simulator.ResetAsync();
        using var answer = await simulator.CreateAsync(new { model = SimulatorClient.Model, input = JsonSerializer.Deserialize<JsonElement>(input) });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(0, (await simulator.StateAsync()).Number("creates"));
    }

    [Theory]
    [InlineData("reset-before", null, 0)]
    [InlineData("reset-after", null, 1)]
    [InlineData("gateway", true, 1)]
    [InlineData("gateway", false, 0)]
    [InlineData("html", true, 1)]
    [InlineData("empty", true, 1)]
    [InlineData("json", false, 0)]
    [InlineData("status", null, 0)]
    [InlineData("429", null, 0)]
    [InlineData("cut", null, 1)]
    [InlineData("slow", null, 1)]
    [InlineData("hang", null, 1)]
    public async Task A_struck_create_makes_a_job_just_when_the_fault_says_so(string kind, bool? made, long creates)
    {
        var simulator = fixture.Simulator;
        await simulator.ResetAsync();
        await simulator.FaultsAsync(new { on = "create", @do = kind, made, seconds = 10 });
        try
        {
            using var answer = await simulator.CreateAsync("struck");
        }
        catch (HttpRequestException)
        {
        }

        var state = await simulator.StateAsync(brief: true);
        Assert.Equal(creates, state.Number("creates"));
        Assert.Equal(1, state.Number("createCalls"));
        Assert.Equal(1, state.Number("injected"));
        Assert.Equal(kind == "429" ? 1 : 0, state.Refused("injected429"));

        // A fault is spent when it has struck.
        await simulator.CreatedAsync("spared");
        Assert.Equal("", simulator.Complaints);
    }
}
