using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>The simulator is what every other test believes: it is tested first.</summary>
public sealed class SimulatorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_ends_with_a_video_of_its_own()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--speed", "100", "--style", "docs");
        string[] ids = [await simulator.CreatedAsync("one"), await simulator.CreatedAsync("two")];
        Assert.Null(await simulator.LinkAsync(ids[1]));

        var hashes = new HashSet<string>();
        foreach (var id in ids)
        {
            string? link;
            while ((link = await simulator.LinkAsync(id)) is null)
            {
                await Task.Delay(20, Cancel);
            }

            var bytes = await simulator.Http.GetByteArrayAsync(new Uri(link), Cancel);
            var job = await simulator.AskAsync($"/_sim/jobs/{id}");
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Assert.Equal(job.GetProperty("outputSha256").GetString(), hash);
            Assert.Equal("ftyp"u8, bytes.AsSpan(4, 4));
            hashes.Add(hash);
        }

        Assert.Equal(2, hashes.Count);
    }

    [Fact]
    public async Task Slots_are_counted_exactly_by_key_when_all_come_at_once()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => simulator.CreateAsync($"{n}")));
        using var other = await simulator.CreateAsync("other", "sim-other");

        var state = await simulator.StateAsync(brief: true);
        Assert.Equal(10, answers.Count(answer => answer.IsSuccessStatusCode));
        Assert.All(answers.Where(answer => !answer.IsSuccessStatusCode), answer => Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(30, state.Refused("concurrency"));
        Assert.Equal(11, state.Number("creates"));
        Assert.Equal(11, state.Number("maxInFlight"));
    }

    [Fact]
    public async Task An_organisation_s_keys_see_its_jobs_and_no_others_do()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        var body = new { model = SimulatorClient.Model, input = SimulatorClient.Input("one") };
        using var made = await simulator.CreateAsync(body, "sim-org1-a");
        var id = (await simulator.StateAsync()).GetProperty("jobs")[0].GetProperty("id").GetString();
        await simulator.PlantAsync(SimulatorClient.Model, SimulatorClient.Input("two"), organisation: "org1");

        Assert.Equal((HttpStatusCode.OK, 2), await SeenAsync("sim-org1-b"));
        Assert.Equal((HttpStatusCode.NotFound, 0), await SeenAsync("sim-org2-a"));
        Assert.Equal((HttpStatusCode.NotFound, 0), await SeenAsync(SimulatorProcess.Key));

        async Task<(HttpStatusCode Status, int Listed)> SeenAsync(string key)
        {
            using var get = await AskAsync($"/v1/prediction/{id}", key);
            using var list = await AskAsync("/v1/executions", key);
            using var cancel = key.Contains("org1", StringComparison.Ordinal) ? null : await AskAsync($"/v1/prediction/{id}/cancel", key, HttpMethod.Post);
            Assert.Equal(cancel is null ? null : HttpStatusCode.NotFound, cancel?.StatusCode);
            return (get.StatusCode, (await list.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("executions").GetArrayLength());
        }

        async Task<HttpResponseMessage> AskAsync(string path, string key, HttpMethod? method = null)
        {
            using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
            request.Headers.Add("X-API-Key", key);
            return await simulator.Http.SendAsync(request, Cancel);
        }
    }

    [Fact]
    public async Task A_minute_takes_no_more_creates_than_it_may()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--speed", "50", "--per-minute", "5", "--retry-after", "always");
        var answers = new List<HttpResponseMessage>();
        for (var n = 0; n < 7; n++)
        {
            answers.Add(await simulator.CreateAsync("[instant]"));
        }

        Assert.Equal([200, 200, 200, 200, 200, 429, 429], answers.Select(answer => (int)answer.StatusCode));
        var wait = answers[^1].Headers.RetryAfter!.Delta!.Value;
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        await Task.Delay(wait, Cancel);
        using var later = await simulator.CreateAsync("[instant]");
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task A_balance_must_cover_what_is_in_flight()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--balance", "1");
        await simulator.CreatedAsync("one");
        await simulator.CreatedAsync("two");
        using var third = await simulator.CreateAsync("three");
        Assert.Equal(HttpStatusCode.PaymentRequired, third.StatusCode);

        // Nothing is charged before it ends.
        Assert.Equal(1, (await simulator.AskAsync("/v1/billing/balance")).GetProperty("balance_usd").GetDecimal());
        await simulator.SettingsAsync(("balance", 2));
        await simulator.CreatedAsync("[instant]");
        Assert.Equal(1.58m, (await simulator.AskAsync("/v1/billing/balance")).GetProperty("balance_usd").GetDecimal());
    }

    [Fact]
    public async Task A_fault_strikes_only_what_it_is_meant_for()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        await simulator.FaultsAsync(new { on = "create", @do = "status", status = 503, match = "this one", skip = 1, times = 2 });
        var statuses = new List<int>();
        foreach (var prompt in (string[])["this one", "another", "this one", "this one", "this one"])
        {
            using var answer = await simulator.CreateAsync(prompt);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([200, 200, 503, 503, 200], statuses);
        await Assert.ThrowsAsync<InvalidOperationException>(() => simulator.FaultsAsync(new { on = "create", @do = "nonsense" }));
    }

    [Fact]
    public async Task A_cut_download_can_be_resumed_where_it_broke()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        var id = await simulator.CreatedAsync("[instant]");
        var link = new Uri((await simulator.LinkAsync(id))!);
        await simulator.FaultsAsync(new { on = "download", @do = "cut", bytes = 20_000 });
        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.Http.GetByteArrayAsync(link, Cancel));

        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Range = new RangeHeaderValue(20_000, null);
        using var rest = await simulator.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        var whole = await simulator.Http.GetByteArrayAsync(new Uri($"/_sim/jobs/{id}/output", UriKind.Relative), Cancel);
        Assert.Equal(whole[20_000..], await rest.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(whole.Length, (await simulator.StateAsync(brief: true)).Number("downloadBytes"));
    }

    [Fact]
    public async Task A_link_dies_and_another_look_gives_a_fresh_one()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--speed", "100", "--output-life", "60");
        var id = await simulator.CreatedAsync("[instant]");
        var old = new Uri((await simulator.LinkAsync(id))!);
        await Task.Delay(700, Cancel);
        using var gone = await simulator.Http.GetAsync(old, Cancel);
        Assert.Contains((int)gone.StatusCode, (int[])[403, 404, 410]);
        using var fresh = await simulator.Http.GetAsync(new Uri((await simulator.LinkAsync(id))!), Cancel);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
    }

    [Fact]
    public async Task The_list_has_everybodys_jobs_newest_first_and_miscounts_long_histories()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--max-concurrent", "1000", "--per-minute", "1000");
        var planted = await simulator.PlantAsync(SimulatorClient.Model, SimulatorClient.Input("theirs"), createdSecondsAgo: 3600);
        for (var n = 0; n < 120; n++)
        {
            await simulator.CreatedAsync($"{n}");
        }

        var first = await simulator.AskAsync("/v1/executions?limit=100");
        var last = await simulator.AskAsync("/v1/executions?limit=100&offset=100");
        Assert.True(first.GetProperty("total_capped").GetBoolean());
        Assert.Equal(100, first.Number("total_count"));
        Assert.Equal(121, last.Number("total_count"));
        Assert.Equal(21, last.GetProperty("executions").GetArrayLength());
        Assert.Equal(planted, last.GetProperty("executions")[20].GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_upload_is_taken_only_with_the_headers_that_were_asked_for()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        var slot = await simulator.AskAsync("/v1/upload/presign", HttpMethod.Post, new { content_type = "video/mp4" });
        var sent = RandomNumberGenerator.GetBytes(300_000);
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(withHeaders: false));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(withHeaders: true));
        Assert.Equal(sent, await simulator.Http.GetByteArrayAsync(new Uri(slot.GetProperty("public_url").GetString()!), Cancel));

        async Task<HttpStatusCode> PutAsync(bool withHeaders)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, slot.GetProperty("presigned_url").GetString()) { Content = new ByteArrayContent(sent) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");
            foreach (var header in slot.GetProperty("required_headers").EnumerateObject().Where(_ => withHeaders))
            {
                request.Headers.Add(header.Name, header.Value.GetString());
            }

            using var answer = await simulator.Http.SendAsync(request, Cancel);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_key_is_wanted_and_one_in_a_url_is_told_on()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--key", "the-key");
        using var refused = await simulator.CreateAsync("x");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var taken = await simulator.CreateAsync("x", "the-key");
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        using var leaked = await simulator.Http.GetAsync(new Uri("/v1/models?key=the-key", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, leaked.StatusCode);
        var state = await simulator.StateAsync(brief: true);
        Assert.Equal(2, state.Number("unauthorized"));
        Assert.Equal(1, state.Number("keysInUrls"));
    }

    [Fact]
    public async Task It_ends_with_its_parent()
    {
        await using var parent = await SimulatorProcess.StartAsync();
        await using var child = await SimulatorProcess.StartWithParentAsync(parent.Id);
        await parent.DisposeAsync();
        var clock = Stopwatch.StartNew();
        await child.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
