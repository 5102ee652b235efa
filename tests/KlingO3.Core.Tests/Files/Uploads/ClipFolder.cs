using System.Security.Cryptography;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>A folder of files that begin like clips; only the probe of a command would look further into them.</summary>
internal sealed class ClipFolder : IDisposable
{
    private static readonly byte[] Mp4 = [0, 0, 0, 0x18, .. "ftypisom"u8];
    private readonly TemporaryFolder _folder = new();

    public string PathOf(string name) => _folder.File(name);

    /// <summary>Writes a clip whose content follows from a number.</summary>
    public string Write(string name, int content, int length = 20_000)
    {
        var bytes = new byte[length];
        new Random(content).NextBytes(bytes);
        Mp4.CopyTo(bytes, 0);
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    /// <summary>A row whose video is a file, named like it.</summary>
    public static VideoRequest Row(string path, string? batch = "spring", string prompt = "a") =>
        new(SimulatorClient.Model, new KlingInput { ["prompt"] = prompt, ["video_url"] = path })
        {
            Name = Path.GetFileNameWithoutExtension(path),
            IsNamedByFile = true,
            Batch = batch,
        };

    public static string Sha256(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))).ToLowerInvariant();

    public void Dispose() => _folder.Dispose();
}
