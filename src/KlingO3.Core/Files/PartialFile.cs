using System.Text;

namespace KlingO3.Files;

/// <summary>
/// A download on its way to its name: <c>video.mp4.partial</c>, with the validator of its content beside it in <c>.partial.etag</c>, so
/// that a later run can go on where this one stopped. Held exclusively: no two downloads, of this process or another, write the same one.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".partial";
    private readonly string _path;
    private readonly string _identity;
    private readonly FileStream _stream;

    private PartialFile(string path, string identity, FileStream stream)
    {
        (_path, _identity, _stream) = (path, identity, stream);
        Validator = ReadValidator();
        if (Validator is null)
        {
            Restart();
        }
    }

    /// <summary>The ETag or the Last-Modified of the content so far; null when there is none, or it cannot be gone on with.</summary>
    public string? Validator { get; private set; }

    /// <summary>How many bytes are there.</summary>
    public long Length => _stream.Length;

    /// <summary>Takes the partial file of a target; null while somebody else holds it.</summary>
    /// <param name="target">The name that the file is to get.</param>
    /// <param name="identity">Which video it is to be: one that another video left is begun anew.</param>
    public static PartialFile? TryOpen(string target, string identity)
    {
        var path = target + Suffix;
        FileStream stream;
        try
        {
            // On Windows an open file can only be renamed if it is shared for deletion; there a second writer is refused all the same.
            var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 1);
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            return null;
        }

        if (!File.Exists(path))
        {
            // Its holder renamed it between our opening and our locking it.
            stream.Dispose();
            return null;
        }

        return new PartialFile(path, identity, stream);
    }

    /// <summary>Begins with nothing.</summary>
    public void Restart()
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        Validator = null;
    }

    /// <summary>Begins with nothing, of content with this validator.</summary>
    public void Restart(string? validator)
    {
        Restart();
        Validator = validator;
        if (validator is null)
        {
            File.Delete(_path + ".etag");
        }
        else
        {
            File.WriteAllLines(_path + ".etag", [_identity, validator], Encoding.UTF8);
        }
    }

    /// <summary>Adds bytes at the end.</summary>
    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _stream.Position = _stream.Length;
        return _stream.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Why the content is not a whole video; null if it is one.</summary>
    public string? Problem(string target) => Length == 0 ? "it is empty" : VideoFile.IsPromisedBy(target) ? VideoFile.Problem(_stream) : null;

    /// <summary>Gives the file its name, in one step, while it is still held.</summary>
    public void MoveTo(string target, bool overwrite)
    {
        _stream.Flush(flushToDisk: true);
        File.Move(_path, target, overwrite);
        File.Delete(_path + ".etag");
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>ERROR_SHARING_VIOLATION or ERROR_LOCK_VIOLATION on Windows; EAGAIN elsewhere, which is 11 on Linux and 35 on macOS.</summary>
    private static bool IsHeldElsewhere(IOException error) =>
        OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 32 or 33 : error.HResult is 11 or 35;

    private string? ReadValidator()
    {
        try
        {
            return File.ReadAllLines(_path + ".etag") is [var identity, { Length: > 0 } validator] && identity == _identity ? validator : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
