using BenchmarkDotNet.Attributes;
using KlingO3.Bulk;
using KlingO3.Input;

namespace KlingO3.Benchmarks;

/// <summary>What the engine does with each row, besides the ledger and the service.</summary>
[MemoryDiagnoser]
public class RowWork
{
    private readonly VideoDraft _draft = new()
    {
        Name = "row1",
        Values = new Dictionary<string, object?>
        {
            ["prompt"] = "Take 1 of @Video1 like @Image1",
            ["video_url"] = "https://media.example.com/clip.mp4",
            ["image_urls"] = "https://media.example.com/a.png",
            ["aspect_ratio"] = "16:9",
            ["duration"] = "5",
        },
    };

    private VideoRequest _request = null!;

    [GlobalSetup]
    public void Check()
    {
        var video = VideoChecks.Check(_draft, allowLoopback: false);
        _request = new VideoRequest(video.Model, video.Input) { Name = "row1", Batch = "bench" };
    }

    [Benchmark(Description = "checking a row")]
    public CheckedVideo CheckRow() => VideoChecks.Check(_draft, allowLoopback: false);

    [Benchmark(Description = "key of a row")]
    public string Key() => CanonicalRow.Key(_request, 0);

    [Benchmark(Description = "hash of a job")]
    public string JobHash() => InputIdentity.JobHash(_request.Model, _request.Input);
}
