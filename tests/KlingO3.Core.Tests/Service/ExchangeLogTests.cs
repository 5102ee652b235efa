using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Files;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Service;

public sealed class ExchangeLogTests
{
    [Fact]
    public async Task Each_request_is_told_with_its_answer_and_every_attempt_of_a_retry()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        var lines = new List<Notice>();
        client.Exchanged += lines.Add;
        var id = await shop.Simulator.CreatedAsync("one");
        await shop.Simulator.FaultsAsync(new { on = "get", @do = "status", status = 503 });

        await client.GetAsync(id, TestContext.Current.CancellationToken);

        Assert.All(lines, line => Assert.Equal(NoticeLevel.Debug, line.Level));
        Assert.Matches($"^GET http://127\\.0\\.0\\.1:[0-9]+/v1/prediction/{id}: 503, [0-9]+ ms$", lines[0].Message);
        Assert.Matches(": 200, ", Assert.Single(lines[1..]).Message);
    }

    [Fact]
    public async Task The_query_of_a_file_is_not_told_because_it_may_be_a_signature()
    {
        await using var bench = new SaveBench(call => call.FileAsync(TestVideo.Of(1000)));
        var lines = new List<Notice>();
        bench.Client.Exchanged += lines.Add;
        var url = new Uri(bench.Server.Uri, "a.mp4?signature=secret").AbsoluteUri;

        await bench.SaveAsync(new KlingPrediction { Id = "p-1", Status = KlingStatus.Success, Outputs = new KlingOutputs([url]) });

        Assert.EndsWith("?signature=secret", Assert.Single(bench.Server.Requests).Target, StringComparison.Ordinal);
        Assert.Matches("/a\\.mp4: 200, ", Assert.Single(lines).Message);
        Assert.DoesNotContain("secret", lines[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_told_any_more_who_has_stopped_listening()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        var lines = new List<Notice>();
        client.Exchanged += lines.Add;
        client.Exchanged -= lines.Add;

        await client.GetAsync(await shop.Simulator.CreatedAsync("one"), TestContext.Current.CancellationToken);

        Assert.Empty(lines);
    }
}
