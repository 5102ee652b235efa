using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>Measured alone: what other tests use would be counted too.</summary>
[Collection(nameof(Measured))]
public sealed class LargeVideoTests
{
    private const long Length = 200_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_video_of_200_MB_takes_next_to_no_memory()
    {
        using var folder = new TemporaryFolder();
        await using var shop = await Workshop.OpenAsync("--output-bytes", $"{Length}");
        var client = shop.Client();
        var small = await shop.Simulator.CreatedAsync("[instant]");
        await client.GetAsync(small, Cancel);
        var id = await shop.Simulator.CreatedAsync("[instant]");
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var saved = Assert.Single(await client.SaveAsync(new KlingPrediction { Id = id }, new SaveOptions { Destination = folder.Path }, null, Cancel));

        // All that was ever allocated: what was held at any one time is less.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20_000_000);
        var state = await shop.StateAsync();
        Assert.InRange(new FileInfo(saved.Path).Length, 0.75 * Length, 1.25 * Length);
        Assert.Equal((new FileInfo(saved.Path).Length, 1), (state.Number("downloadBytes"), state.Number("downloads")));
    }
}
