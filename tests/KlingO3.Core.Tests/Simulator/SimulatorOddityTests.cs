using System.Net;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>Each option of creates, predictions and the clock does what the simulator's README says of it.</summary>
public sealed class SimulatorOddityTests(RealTimeSimulator fixture) : OddSimulatorTests(fixture)
{
    [Theory]
    [InlineData("""{"predictionID":"{id}"}""", 500)]
    [InlineData("""{"data":{"execution_id":"{id}"}}""", 409)]
    [InlineData("""{"id":"{id}","status":"error"}""", 429)]
    public async Task The_body_of_a_fault_names_the_job_that_was_made(string body, int status)
    {
        await Simulator.FaultsAsync(new { on = "create", @do = "json", status, body });
        using var answer = await Simulator.CreateAsync("one");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(body.Replace("{id}", await OnlyJobAsync(), StringComparison.Ordinal), await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Where_no_job_was_made_the_named_id_is_of_none()
    {
        await Simulator.FaultsAsync(new { on = "create", @do = "json", status = 503, made = false, body = """{"id":"{id}"}""" });
        using var answer = await Simulator.CreateAsync("one");
        var id = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/v1/prediction/{id}"));
        Assert.Equal(0, (await Simulator.StateAsync(brief: true)).Number("creates"));
    }

    [Fact]
    public async Task A_redirect_can_point_to_the_job_and_204_has_no_length()
    {
        await Simulator.FaultsAsync(
            new { on = "create", @do = "status", status = 303, made = true, location = "/v1/prediction/{id}", body = "" },
            new { on = "create", @do = "empty", status = 204 });
        using var redirect = await Simulator.CreateAsync("one");
        using var empty = await Simulator.CreateAsync("two");
        var ids = (await Simulator.StateAsync()).GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString()).ToArray();
        Assert.Equal("/v1/prediction/" + ids[0], redirect.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(HttpStatusCode.NoContent, empty.StatusCode);
        Assert.Equal(2, ids.Length);
        Assert.Equal("", Simulator.Complaints);
    }

    [Fact]
    public async Task A_fault_that_lasts_ends_by_itself()
    {
        await Simulator.FaultsAsync(new { on = "list", @do = "gateway", times = -1, lasts = 0.4 });
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync("/v1/executions"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync("/v1/executions"));
        await Task.Delay(500, Cancel);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/v1/executions"));
    }

    [Fact]
    public async Task Ids_can_be_numbers_everywhere()
    {
        await Simulator.SettingsAsync(("ids", "number"), ("list-id", "execution.id"), ("get-id", "exec_id"));
        var created = await Simulator.AskAsync("/v1/prediction/", HttpMethod.Post, new { model = SimulatorClient.Model, input = SimulatorClient.Input("one") });
        var id = created.GetProperty("predictionID").GetInt64();
        Assert.Equal(id, (await RowsAsync())[0].GetProperty("execution").GetProperty("id").GetInt64());
        Assert.Equal(id, (await Simulator.AskAsync($"/v1/prediction/{id}")).GetProperty("exec_id").GetInt64());
    }

    [Fact]
    public async Task The_video_of_a_job_whose_id_is_a_number_can_be_had()
    {
        await Simulator.SettingsAsync(("ids", "number"));
        await Simulator.AskAsync("/v1/prediction/", HttpMethod.Post, new { model = SimulatorClient.Model, input = SimulatorClient.Input("[instant]") });
        var id = await OnlyJobAsync();
        var video = await Simulator.Http.GetByteArrayAsync(new Uri((await Simulator.LinkAsync(id))!), Cancel);
        Assert.Equal((await Simulator.AskAsync($"/_sim/jobs/{id}")).GetProperty("outputLength").GetInt64(), video.Length);
    }

    [Fact]
    public async Task Changed_settings_can_be_taken_back()
    {
        await Simulator.SettingsAsync(("date", "none"), ("list-delay", 1e9));
        await Simulator.CreatedAsync("one");
        Assert.Empty(await RowsAsync());
        await Simulator.RestoreSettingsAsync();
        Assert.Single(await RowsAsync());
    }

    [Theory]
    [InlineData("rehost", """{"prompt":"Café  & <b>\n one","video_url":"https://cdn.storage.example/tenant-7/a.mp4","duration":"5","keep_audio":true}""")]
    [InlineData("sign", """{"prompt":"Café  & <b>\n one","video_url":"https://e.com/v/a.mp4?X-Amz-Expires=3600&X-Amz-Signature=0badc0de","duration":"5","keep_audio":true}""")]
    [InlineData("upper", """{"prompt":"CAFÉ  & <B>\n ONE","video_url":"https://e.com/v/a.mp4","duration":"5","keep_audio":true}""")]
    [InlineData("fold", """{"prompt":"Café & <b> one","video_url":"https://e.com/v/a.mp4","duration":"5","keep_audio":true}""")]
    [InlineData("html", """{"prompt":"Caf&#233;  &amp; &lt;b&gt;\n one","video_url":"https://e.com/v/a.mp4","duration":"5","keep_audio":true}""")]
    [InlineData("nfd", """{"prompt":"Cafe\u0301  & <b>\n one","video_url":"https://e.com/v/a.mp4","duration":"5","keep_audio":true}""")]
    [InlineData("percent", """{"prompt":"Caf%C3%A9%20%20%26%20%3Cb%3E%0A%20one","video_url":"https://e.com/v/a.mp4","duration":"5","keep_audio":true}""")]
    [InlineData("numbers", """{"prompt":"Café  & <b>\n one","video_url":"https://e.com/v/a.mp4","duration":5,"keep_audio":true}""")]
    [InlineData("texts", """{"prompt":"Café  & <b>\n one","video_url":"https://e.com/v/a.mp4","duration":"5","keep_audio":"true"}""")]
    [InlineData("sparse,lower", """{"prompt":"café  & <b>\n one","video_url":"https://e.com/v/a.mp4"}""")]
    [InlineData("null", "null")]
    [InlineData("none", null)]
    public async Task A_prediction_tells_its_input_changed_as_asked_for(string changes, string? expected)
    {
        await Simulator.SettingsAsync(("echo-input", changes));
        var id = await Simulator.CreatedAsync(new { model = SimulatorClient.Model, input = new { prompt = "Café  & <b>\n one", video_url = "https://e.com/v/a.mp4", duration = "5", keep_audio = true } });
        var told = (await Simulator.AskAsync($"/v1/prediction/{id}")).TryGetProperty("input", out var input) ? (JsonElement?)input : null;
        Assert.True(
            expected is null ? told is null : told is { } value && JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(expected), value),
            $"{told}");
    }

    [Fact]
    public async Task A_prediction_tells_more_inputs_less_prompt_another_file_or_one_text()
    {
        await Simulator.SettingsAsync(("echo-input", "extra,rename"), ("echo-prompt-length", 3));
        var id = await Simulator.CreatedAsync("a long prompt");
        var input = (await Simulator.AskAsync($"/v1/prediction/{id}")).GetProperty("input");
        Assert.Equal("a l", input.GetProperty("prompt").GetString());
        Assert.Equal(0.5, input.GetProperty("cfg_scale").GetDouble());
        Assert.Matches("^https://cdn.storage.example/tenant-7/[0-9a-f]{16}.mp4$", input.GetProperty("video_url").GetString());
        await Simulator.SettingsAsync(("echo-input", "string"));
        Assert.StartsWith("{\"prompt\"", (await Simulator.AskAsync($"/v1/prediction/{id}")).GetProperty("input").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_job_can_be_unknown_to_a_GET_and_to_the_list_for_a_while()
    {
        await Simulator.SettingsAsync(("get-delay", 0.5), ("list-delay", 0.5));
        var id = await Simulator.CreatedAsync("one");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/v1/prediction/{id}"));
        Assert.Empty(await RowsAsync());
        await Task.Delay(700, Cancel);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"/v1/prediction/{id}"));
        Assert.Single(await RowsAsync());
    }

    [Theory]
    [InlineData("service", 3600)]
    [InlineData("gateway", 0)]
    [InlineData("none", null)]
    public async Task The_date_of_answers_can_be_another_clocks_or_missing(string form, int? ahead)
    {
        await Simulator.SettingsAsync(("date", form), ("clock-skew", 3600));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/executions");
        request.Headers.Add("X-API-Key", SimulatorProcess.Key);
        using var answer = await Simulator.Http.SendAsync(request, Cancel);
        Assert.Equal(ahead is null, answer.Headers.Date is null);
        if (ahead is { } seconds)
        {
            Assert.InRange((answer.Headers.Date!.Value - DateTimeOffset.UtcNow).TotalSeconds, seconds - 10, seconds + 10);
        }
    }

    [Theory]
    [InlineData("list-time", "sometime")]
    [InlineData("list-ignore", "limit,colour")]
    [InlineData("echo-input", "louder")]
    [InlineData("list-colour", "red")]
    public async Task An_oddity_that_there_is_not_is_refused(string name, string value) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Simulator.SettingsAsync((name, value)));
}
