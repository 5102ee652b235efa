using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>Measured alone: what other tests use would be counted too.</summary>
[Collection(nameof(Measured))]
public sealed class LargeUploadTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_of_100_MB_takes_next_to_no_memory()
    {
        using var clips = new ClipFolder();
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await client.PublishAsync(clips.Write("small.mp4", 1), new UploadOptions(), new Progress<Notice>(), Cancel);
        var clip = clips.Write("large.mp4", 2, (int)Uploader.LargestUpload);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var asset = await client.PublishAsync(clip, new UploadOptions(), new Progress<Notice>(), Cancel);

        // All that was ever allocated: what was held at any one time is less.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20_000_000);
        Assert.Contains((await shop.StateAsync()).GetProperty("uploads").EnumerateArray(), upload => upload.GetProperty("sha256").GetString() == asset.Sha256 && upload.Number("length") == Uploader.LargestUpload);
    }
}
