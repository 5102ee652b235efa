using System.Text;

namespace KlingO3.Files;

/// <summary>
/// A download on its way to its name: <c>video.mp4.partial</c>, with a note beside it in <c>.partial.etag</c> that says which video it is and
/// what validator its content had, so that a later run can go on where this one stopped. The note outlives the renaming until the ledger
/// knows the file: a run that dies in between leaves no video that the next one takes for a stranger's.
/// Held exclusively: no two downloads, of this process or another, write the same one.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".partial";
    private const string NoteSuffix = ".partial.etag";
    private readonly string _target;
    private readonly string _identity;
    private readonly FileStream _stream;
    private bool _noted;
    private bool _gone;

    private PartialFile(string target, string identity, FileStream stream)
    {
        (_target, _identity, _stream) = (target, identity, stream);
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

        try
        {
            if (File.Exists(path) && !IsTarget(stream, target))
            {
                return new PartialFile(target, identity, stream);
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        // Its holder renamed it between our opening and our locking it: what we hold is the finished video.
        stream.Dispose();
        return null;
    }

    /// <summary>Whether somebody downloads to this target, or did not come to the end of it.</summary>
    public static bool IsThere(string target) => File.Exists(target + Suffix);

    /// <summary>Whether a video got its name of which the ledger does not know yet: whoever gave it that is dead, or about to write it down.</summary>
    public static bool WasRenamed(string target, string identity)
    {
        if (!File.Exists(target + NoteSuffix) || IsThere(target) || !File.Exists(target) || ReadNote(target) is not [var noted, _] || noted != identity)
        {
            return false;
        }

        try
        {
            using var video = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return VideoFile.Problem(video, target) is null;
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            // By the one who has just renamed it.
            return true;
        }
    }

    /// <summary>Removes what is left beside a video that the ledger knows. What somebody holds stays.</summary>
    public static void Clear(string target)
    {
        if (IsThere(target))
        {
            using var left = TryOpen(target, "");
            left?.Discard();
        }

        File.Delete(target + NoteSuffix);
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
        File.WriteAllLines(_target + NoteSuffix, [_identity, validator ?? ""], Encoding.UTF8);
        _noted = true;
    }

    /// <summary>Adds bytes at the end.</summary>
    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _stream.Position = _stream.Length;
        return _stream.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Why the content is not a whole video; null if it is one.</summary>
    public string? Problem() => VideoFile.Problem(_stream, _target);

    /// <summary>Gives the file its name, in one step, while it is still held.</summary>
    public void Finish(bool overwrite)
    {
        _stream.Flush(flushToDisk: true);
        File.Move(_target + Suffix, _target, overwrite);
        _gone = true;
    }

    /// <summary>Removes it: it is not needed. The note goes only if it is of this attempt: another may be of a finished video.</summary>
    public void Discard()
    {
        _gone = true;
        File.Delete(_target + Suffix);
        if (_noted)
        {
            File.Delete(_target + NoteSuffix);
        }
    }

    /// <summary>Leaves what came for the next time, and nothing where nothing came.</summary>
    public void Dispose()
    {
        try
        {
            if (!_gone && Length == 0)
            {
                Discard();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An empty file does no harm.
        }

        _stream.Dispose();
    }

    /// <summary>ERROR_SHARING_VIOLATION or ERROR_LOCK_VIOLATION on Windows; EAGAIN elsewhere, which is 11 on Linux and 35 on macOS.</summary>
    private static bool IsHeldElsewhere(IOException error) =>
        OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 32 or 33 : error.HResult is 11 or 35;

    /// <summary>
    /// Whether an open file is the finished one, told by its length and the time of its last change. On Windows it cannot be: there an
    /// open file is refused before it is opened.
    /// </summary>
    private static bool IsTarget(FileStream stream, string target) =>
        !OperatingSystem.IsWindows()
        && new FileInfo(target) is { Exists: true, Length: > 0 } finished
        && finished.Length == stream.Length
        && finished.LastWriteTimeUtc == File.GetLastWriteTimeUtc(stream.SafeFileHandle);

    private static string[] ReadNote(string target)
    {
        try
        {
            return File.ReadAllLines(target + NoteSuffix);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string? ReadValidator() =>
        ReadNote(_target) is [var identity, { Length: > 0 } validator] && identity == _identity ? validator : null;
}
