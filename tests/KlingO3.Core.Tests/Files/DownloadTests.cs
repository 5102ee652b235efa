using System.Text.Json;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>Downloads from the simulator, which counts every byte that it sends.</summary>
public sealed class DownloadTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private const int TimesAsFast = 100;

    private readonly TemporaryFolder _folder = new();
    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = await Workshop.OpenOnAsync(fixture.Simulator);
        await Shop.Simulator.SettingsAsync(("output-bytes", 400_000), ("output-life", "none"));
    }

    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_saved_video_is_byte_for_byte_what_the_service_made_and_nothing_else_is_left_in_the_folder()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var bytes = new Sum();

        var saved = Assert.Single(await Client().SaveAsync(new KlingPrediction { Id = id, Name = "sun rise" }, Options, bytes, Cancel));

        var expected = await OutputAsync(id);
        Assert.Equal((Path.Combine(_folder.Path, $"sun rise-{id}.mp4"), id, false), (saved.Path, saved.PredictionId, saved.WasThere));
        Assert.Equal(expected, await File.ReadAllBytesAsync(saved.Path, Cancel));
        Assert.Equal([saved.Path], Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal(expected.Length, bytes.Value);
        var state = await Shop.StateAsync();
        Assert.Equal((1, expected.Length, 0), (state.Number("downloads"), state.Number("downloadBytes"), state.Number("keysSentToFiles")));
    }

    [Theory]
    [InlineData("cut", 0)]
    [InlineData("cut", 1)]
    [InlineData("cut", 100_000)]
    [InlineData("cut", 70_000, 70_000, 70_000)]
    [InlineData("cut", 1, 0, 0, 0, 1, 0, 0, 0, 0, 1)]
    [InlineData("reset-after", 100_000)]
    [InlineData("reset-after", 50_000, 50_000)]
    public async Task A_body_that_breaks_off_is_gone_on_with_where_it_broke(string how, params int[] places)
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync([.. places.Select(bytes => new { on = "download", @do = how, bytes })]);

        var saved = Assert.Single(await Client().SaveAsync(new KlingPrediction { Id = id }, Options, null, Cancel));

        var expected = await OutputAsync(id);
        Assert.Equal(expected, await File.ReadAllBytesAsync(saved.Path, Cancel));
        var state = await Shop.StateAsync();
        Assert.Equal(places.Length + 1, state.Number("downloads"));

        // A reset may lose what was on the wire.
        Assert.InRange(state.Number("downloadBytes"), expected.Length, how == "cut" ? expected.Length : expected.Length + places.Sum());
    }

    [Fact]
    public async Task What_one_run_has_fetched_the_next_one_need_not_fetch_again()
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync(new { on = "download", @do = "slow", seconds = 200 });
        var first = Client();
        using var kill = new CancellationTokenSource();
        var sum = new Sum(enough: 150_000, kill);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.SaveAsync(new KlingPrediction { Id = id }, Options, sum, kill.Token));
        Shop.Kill(first);
        Assert.Equal([$"{id}.mp4.partial", $"{id}.mp4.partial.etag"], Directory.EnumerateFiles(_folder.Path).Select(path => Path.GetFileName(path)).Order());
        var saved = Assert.Single(await Client().SaveAsync(new KlingPrediction { Id = id }, Options, null, Cancel));

        var expected = await OutputAsync(id);
        Assert.Equal(expected, await File.ReadAllBytesAsync(saved.Path, Cancel));
        Assert.Equal([saved.Path], Directory.EnumerateFileSystemEntries(_folder.Path));

        // One tenth may have been on its way when it was killed.
        Assert.InRange((await Shop.StateAsync()).Number("downloadBytes"), expected.Length, expected.Length * 1.25);
    }

    [Fact]
    public async Task An_expired_link_is_renewed_by_asking_the_service_once()
    {
        await Shop.Simulator.SettingsAsync(("output-life", 20));
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var client = Client();
        var old = await client.GetAsync(id, Cancel);
        await Task.Delay(TimeSpan.FromSeconds(25.0 / TimesAsFast), Cancel);
        await Shop.Simulator.SettingsAsync(("output-life", 3600));

        var saved = Assert.Single(await client.SaveAsync(old, Options, null, Cancel));

        Assert.Equal(await OutputAsync(id), await File.ReadAllBytesAsync(saved.Path, Cancel));
        var state = await Shop.StateAsync();
        Assert.Equal((2, 2), (state.Number("gets"), state.Number("downloads")));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_link_that_is_dead_however_fresh_is_an_error_after_one_renewal(int status)
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        var client = Client();
        var ended = await client.GetAsync(id, Cancel);
        await Shop.Simulator.FaultsAsync(new { on = "download", @do = "status", status, times = -1 });

        var error = await Assert.ThrowsAsync<KlingException>(() => client.SaveAsync(ended, Options, null, Cancel));

        Assert.Equal((KlingErrorId.DownloadFailed, id), (error.ErrorId, error.PredictionId));
        Assert.Contains($"HTTP {status}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Get-KlingPrediction {id}", error.RecommendedAction, StringComparison.Ordinal);
        var state = await Shop.StateAsync();
        Assert.Equal((2, 2), (state.Number("gets"), state.Number("downloads")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("""{"on":"download","do":"status","status":503,"times":2}""", 3)]
    [InlineData("""{"on":"download","do":"429","times":2}""", 3)]
    [InlineData("""{"on":"download","do":"gateway","times":2}""", 3)]
    [InlineData("""{"on":"download","do":"reset-before","times":2}""", 3)]
    [InlineData("""{"on":"download","do":"html","status":200}""", 2)]
    [InlineData("""{"on":"download","do":"empty","status":200}""", 2)]
    [InlineData("""{"on":"download","do":"hang","seconds":3}""", 2)]
    public async Task A_server_in_trouble_is_asked_again(string fault, int downloads)
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync(JsonSerializer.Deserialize<JsonElement>(fault));

        var saved = Assert.Single(await Client().SaveAsync(new KlingPrediction { Id = id }, Options, null, Cancel));

        Assert.Equal(await OutputAsync(id), await File.ReadAllBytesAsync(saved.Path, Cancel));
        Assert.Equal(downloads, (await Shop.StateAsync()).Number("downloads"));
    }

    [Theory]
    [InlineData("""{"on":"download","do":"status","status":500,"times":-1}""", 7)]
    [InlineData("""{"on":"download","do":"reset-before","times":-1}""", 7)]
    [InlineData("""{"on":"download","do":"cut","bytes":0,"times":-1}""", 7)]
    [InlineData("""{"on":"download","do":"hang","times":-1}""", 7)]
    [InlineData("""{"on":"download","do":"status","status":401,"times":-1}""", 2)]
    [InlineData("""{"on":"download","do":"html","status":200,"times":-1}""", 3)]
    [InlineData("""{"on":"download","do":"empty","status":200,"times":-1}""", 3)]
    public async Task A_server_that_stays_in_trouble_is_an_error_and_leaves_nothing(string fault, int downloads)
    {
        var id = await Shop.Simulator.CreatedAsync("[instant]");
        await Shop.Simulator.FaultsAsync(JsonSerializer.Deserialize<JsonElement>(fault));
        var client = Shop.Client(time: new ScaledTime(300));

        var error = await Assert.ThrowsAsync<KlingException>(() => client.SaveAsync(new KlingPrediction { Id = id }, Options, null, Cancel));

        Assert.Equal((KlingErrorId.DownloadFailed, id), (error.ErrorId, error.PredictionId));
        Assert.Contains("paid for", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(downloads, (await Shop.StateAsync()).Number("downloads"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_video_that_was_saved_is_not_fetched_again(bool created)
    {
        // A prediction of this ledger, or one of another machine, on one without a ledger.
        var client = Client();
        var id = created
            ? Assert.IsType<CreateResult>(Assert.Single(await Shop.CreateAsync(client, [Workshop.Row("[instant]")]))).Prediction!.Id!
            : await Shop.Simulator.CreatedAsync("[instant]");
        var first = Assert.Single(await client.SaveAsync(new KlingPrediction { Id = id }, Options, null, Cancel));

        var second = Assert.Single(await client.SaveAsync(new KlingPrediction { Id = id }, Options, null, Cancel));
        var third = Assert.Single(await Client().SaveAsync(new KlingPrediction { Id = id }, Options with { Force = true }, null, Cancel));

        Assert.Equal((false, true, true), (first.WasThere, second.WasThere, third.WasThere));
        Assert.Equal((first.Path, first.Path), (second.Path, third.Path));
        Assert.Equal(1, (await Shop.StateAsync()).Number("downloads"));
        if (created)
        {
            Assert.Equal(first.Path, Assert.Single(client.List(new PredictionQuery())).File);
        }
    }

    [Fact]
    public async Task What_has_no_video_is_an_error_that_says_why()
    {
        var failed = await Shop.Simulator.CreatedAsync("[instant] [fail]");
        var running = await Shop.Simulator.CreatedAsync("[never]");
        var cancelled = await Shop.Simulator.CreatedAsync("[never]");
        var client = Client();
        await client.CancelAsync(cancelled, Cancel);

        foreach (var (id, errorId) in new[] { (failed, KlingErrorId.PredictionFailed), (running, KlingErrorId.InvalidInput), (cancelled, KlingErrorId.PredictionCancelled), ("nobody", KlingErrorId.NotFound) })
        {
            var error = await Assert.ThrowsAsync<KlingException>(() => client.SaveAsync(new KlingPrediction { Id = id }, Options, null, Cancel));
            Assert.Equal((errorId, id), (error.ErrorId, error.PredictionId));
        }

        Assert.Equal(0, (await Shop.StateAsync()).Number("downloads"));
    }

    private SaveOptions Options => new() { Destination = _folder.Path };

    private KlingClient Client() => Shop.Client(time: new ScaledTime(TimesAsFast));

    private Task<byte[]> OutputAsync(string id) => Shop.Simulator.Http.GetByteArrayAsync(new Uri($"/_sim/jobs/{id}/output", UriKind.Relative), Cancel);

    private sealed class Sum(long enough = long.MaxValue, CancellationTokenSource? then = null) : IProgress<long>
    {
        public long Value { get; private set; }

        public void Report(long value)
        {
            Value += value;
            if (Value >= enough)
            {
                then?.Cancel();
            }
        }
    }
}
