using Microsoft.Win32.SafeHandles;

namespace KlingO3.Simulator;

/// <summary>An uploaded file's bytes, on disk. Nothing is left of it when the process ends, however it ends.</summary>
internal sealed class StoredFile : IContent, IDisposable
{
    private readonly SafeFileHandle _file;

    private StoredFile(SafeFileHandle file) => _file = file;

    public long Length { get; private set; }

    public static StoredFile Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"klingo3-simulator-{Guid.NewGuid():n}");
        var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        if (!OperatingSystem.IsWindows())
        {
            // There it lives on without a name until it is closed; Windows deletes it when the handle goes.
            File.Delete(path);
        }

        return new StoredFile(file);
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await RandomAccess.WriteAsync(_file, bytes, Length, cancel);
        Length += bytes.Length;
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel) =>
        RandomAccess.ReadAsync(_file, buffer, offset, cancel);

    public void Dispose() => _file.Dispose();
}
