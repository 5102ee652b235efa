using System.Security.Cryptography;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Input.Media;
using KlingO3.Core.Tests.Simulator;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>A folder of clips.</summary>
internal sealed class ClipFolder : IDisposable
{
    private static readonly byte[] Mp4 = [0, 0, 0, 0x18, .. "ftypisom"u8];
    private static readonly byte[] Head = Bytes.Join(Bytes.FileType(), Bytes.Movie());

    private readonly TemporaryFolder _folder = new();

    public string PathOf(string name) => _folder.File(name);

    /// <summary>Writes a clip whose content follows from a number.</summary>
    public string Write(string name, int content, int length = 20_000)
    {
        var bytes = new byte[length];
        new Random(content).NextBytes(bytes);
        Head.CopyTo(bytes, 0);
        Bytes.Join(Bytes.U32((uint)(length - Head.Length)), [.. "mdat"u8]).CopyTo(bytes, Head.Length);
        return Write(name, bytes);
    }

    /// <summary>Writes a file that begins like a clip, as the build did that wrote the ledgers of <c>OldLedger</c>: only its first bytes were looked at then.</summary>
    public string WriteOld(string name, int content)
    {
        var bytes = new byte[20_000];
        new Random(content).NextBytes(bytes);
        Mp4.CopyTo(bytes, 0);
        return Write(name, bytes);
    }

    /// <summary>Writes any file.</summary>
    public string Write(string name, byte[] bytes)
    {
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
