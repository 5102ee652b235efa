using Microsoft.Win32.SafeHandles;

namespace KlingO3.Input.Media;

/// <summary>A local file.</summary>
internal sealed class FileMediaSource : MediaSource
{
    private readonly SafeFileHandle _file;

    private readonly bool _ownsFile;

    private FileMediaSource(SafeFileHandle file, bool ownsFile)
    {
        (_file, _ownsFile) = (file, ownsFile);
        Length = RandomAccess.GetLength(file);
    }

    public override int ReadSize => 32 * 1024;

    public override long MostBytes => 32L * 1024 * 1024;

    public override int MostReads => 4096;

    /// <summary>A file that is open already, and stays open.</summary>
    public static FileMediaSource Of(SafeFileHandle file) => new(file, ownsFile: false);

    /// <exception cref="MediaFault">There is no such file, or it cannot be opened.</exception>
    public static FileMediaSource Open(string path)
    {
        try
        {
            return RegularFile.IsEmpty(path)
                ? throw new MediaFault(InputRules.MediaUnavailable, "It is empty, or is no regular file.")
                : new FileMediaSource(
                    File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess), ownsFile: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MediaFault(InputRules.MediaUnavailable, $"The file cannot be opened: {exception.Message}", inner: exception);
        }
    }

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var count = await RandomAccess.ReadAsync(_file, buffer[total..], offset + total, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MediaFault(InputRules.MediaUnavailable, $"The file cannot be read: {exception.Message}", inner: exception);
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (_ownsFile)
        {
            _file.Dispose();
        }

        return base.DisposeAsync();
    }
}
