using System.Collections.Concurrent;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files;

/// <summary>A server of one file, a folder to save to, and clients on both. It lives fifty seconds in each second unless a test brings a clock.</summary>
internal sealed class SaveBench : IAsyncDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<KlingClient> _clients = [];
    private readonly RawServer _server;

    public SaveBench(Func<RawCall, Task> answer, TimeProvider? time = null)
    {
        _server = new RawServer(answer);
        Time = time ?? new ScaledTime(50);
        Client = NewClient();
        Prediction = Of("p-1");
    }

    public RawServer Server => _server;

    public TimeProvider Time { get; }

    public KlingClient Client { get; }

    public KlingPrediction Prediction { get; }

    public string Folder => _folder.Path;

    /// <summary>Where the prediction's video goes by default.</summary>
    public string Target => Path.Combine(Folder, "row-p-1.mp4");

    public IReadOnlyList<string> FilesInFolder => [.. Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)!).Order()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public KlingClient NewClient()
    {
        var client = KlingClient.Connect(new ConnectionOptions { ApiKey = "sim-key", BaseUri = _server.At("v1"), Home = _home.Path }, Time);
        _clients.Add(client);
        return client;
    }

    /// <summary>A finished prediction with one video at the server.</summary>
    public KlingPrediction Of(string id, string path = "file.mp4", string? name = "row") =>
        new() { Id = id, Name = name, Status = KlingStatus.Success, Outputs = new KlingOutputs([new Uri(_server.Uri, path).AbsoluteUri]) };

    public SaveOptions Options(bool force = false) => new() { Destination = Folder, Force = force };

    public async Task<SavedVideo> SaveAsync(KlingPrediction? prediction = null, bool force = false, KlingClient? client = null, IProgress<long>? bytes = null, CancellationToken? cancel = null) =>
        Assert.Single(await (client ?? Client).SaveAsync(prediction ?? Prediction, Options(force), bytes, cancel ?? Cancel));

    /// <summary>Saves in vain.</summary>
    public async Task<KlingException> FailAsync(KlingPrediction? prediction = null, bool force = false, string errorId = KlingErrorId.DownloadFailed, IProgress<long>? bytes = null)
    {
        var error = await Assert.ThrowsAsync<KlingException>(() => SaveAsync(prediction, force, bytes: bytes));
        Assert.Equal((errorId, (prediction ?? Prediction).Id), (error.ErrorId, error.PredictionId));
        Assert.NotEmpty(error.RecommendedAction);
        return error;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await _server.DisposeAsync();
        _home.Dispose();
        _folder.Dispose();
    }
}
