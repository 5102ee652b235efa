using System.Globalization;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>Each option of the list of executions does what the simulator's README says of it.</summary>
public sealed class SimulatorListTests(RealTimeSimulator fixture) : OddSimulatorTests(fixture)
{
    [Theory]
    [InlineData("slug", "\"kling-o3-pro-video-to-video-reference\"")]
    [InlineData("title", "\"Kling O3 Pro Video to Video Reference\"")]
    [InlineData("version", "\"kling-o3-pro-video-to-video-reference:0.0.1\"")]
    [InlineData("other", "\"kling-v3-omni\"")]
    [InlineData("object", """{"slug":"kling-o3-pro-video-to-video-reference","title":"Kling O3 Pro Video to Video Reference"}""")]
    [InlineData("null", "null")]
    [InlineData("none", null)]
    public async Task A_row_and_a_prediction_name_the_model_as_asked_for(string form, string? expected)
    {
        await Simulator.SettingsAsync(("list-model", form), ("get-model", form));
        var id = await Simulator.CreatedAsync("one");
        JsonElement[] answers = [(await RowsAsync())[0], await Simulator.AskAsync($"/v1/prediction/{id}")];
        Assert.All(answers, answer => Assert.Equal(expected, answer.TryGetProperty("model", out var model) ? model.GetRawText() : null));
    }

    [Theory]
    [InlineData("unix", @"^\d{10}$")]
    [InlineData("unix-ms", @"^\d{13}$")]
    [InlineData("unix-text", "^\"\\d{10}\"$")]
    [InlineData("rfc1123", "^\"[A-Z][a-z]{2}, .* GMT\"$")]
    [InlineData("offset", @"^""\d{4}-.*T.*\+02:00""$")]
    [InlineData("naive", @"^""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}""$")]
    [InlineData("spaced", @"^""\d{4}-\d\d-\d\d \d\d:\d\d:\d\d""$")]
    [InlineData("words", "^\"a moment ago\"$")]
    [InlineData("null", "^null$")]
    public async Task A_row_tells_its_time_in_the_form_that_was_asked_for(string form, string pattern)
    {
        await Simulator.SettingsAsync(("list-time", form), ("list-zone", 2));
        await Simulator.CreatedAsync("one");
        Assert.Matches(pattern, (await RowsAsync())[0].GetProperty("created_at").GetRawText());
    }

    [Fact]
    public async Task A_time_without_a_zone_is_the_hour_of_that_zone()
    {
        await Simulator.SettingsAsync(("list-time", "naive"), ("list-zone", -5));
        await Simulator.CreatedAsync("one");
        var told = DateTime.Parse((await RowsAsync())[0].GetProperty("created_at").GetString()!, CultureInfo.InvariantCulture);
        Assert.InRange(told, DateTime.UtcNow.AddHours(-5).AddSeconds(-10), DateTime.UtcNow.AddHours(-5).AddSeconds(10));
    }

    [Fact]
    public async Task Every_second_row_can_be_unreadable()
    {
        await Simulator.SettingsAsync(("list-unreadable", 2));
        await CreatedAsync(4);
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Object, JsonValueKind.String, JsonValueKind.Object], (await RowsAsync()).Select(row => row.ValueKind));
    }

    [Fact]
    public async Task A_page_can_be_shorter_than_it_was_asked_for_and_start_with_the_oldest()
    {
        await Simulator.SettingsAsync(("list-page", 2), ("list-order", "oldest"));
        var ids = await CreatedAsync(5);
        var told = new List<string?>();
        for (var offset = 0; offset < 6; offset += 2)
        {
            told.AddRange((await RowsAsync($"?limit=100&offset={offset}")).Select(row => row.GetProperty("id").GetString()));
        }

        Assert.Equal(ids, told);
    }

    [Fact]
    public async Task Parameters_can_be_ignored_or_hide_everything()
    {
        var ids = await CreatedAsync(3);
        await Simulator.SettingsAsync(("list-ignore", "offset,model,from,limit"));
        Assert.Equal(3, (await RowsAsync("?limit=1&offset=2&model=other&from=2999-01-01T00:00:00Z")).Length);
        await Simulator.SettingsAsync(("list-ignore", ""), ("list-hide", "model"));
        Assert.Empty(await RowsAsync($"?model={SimulatorClient.Model}"));
        Assert.Equal(ids.Length, (await RowsAsync("?from=2001-01-01T00:00:00Z")).Length);
    }

    [Theory]
    [InlineData("exact", "3", "false")]
    [InlineData("page", "2", "false")]
    [InlineData("capped", "2", "true")]
    [InlineData("double", "6", "false")]
    [InlineData("zero", "0", "false")]
    [InlineData("text", "\"3\"", "false")]
    [InlineData("null", "null", "false")]
    [InlineData("none", null, null)]
    public async Task The_count_of_rows_can_be_wrong(string form, string? total, string? capped)
    {
        await CreatedAsync(3);
        await Simulator.SettingsAsync(("list-total", form), ("list-page", 2));
        var list = await Simulator.AskAsync("/v1/executions");
        Assert.Equal(total, list.TryGetProperty("total_count", out var count) ? count.GetRawText() : null);
        Assert.Equal(capped, list.TryGetProperty("total_capped", out var cap) ? cap.GetRawText() : null);
    }

    [Fact]
    public async Task The_rows_can_stand_under_another_name_or_under_none()
    {
        await CreatedAsync(2);
        await Simulator.SettingsAsync(("list-name", "data"));
        Assert.Equal(2, (await Simulator.AskAsync("/v1/executions")).GetProperty("data").GetArrayLength());
        await Simulator.SettingsAsync(("list-name", "none"));
        Assert.Equal(2, (await Simulator.AskAsync("/v1/executions")).GetArrayLength());
    }
}
