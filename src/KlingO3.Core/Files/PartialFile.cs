using KlingO3.FileSystem;

namespace KlingO3.Files;

/// <summary>
/// A download on its way to its name: <c>video.mp4.partial</c>, with a note beside it in <c>.partial.etag</c> that says which video it is and
/// what validator its content had, so that a later run can go on where this one stopped. The note outlives the renaming until the ledger
/// knows the file: a run that dies in between leaves no video that the next one takes for a stranger's.
/// Held exclusively: no two downloads, of this process or another, write the same one. What is not this user's own file is refused (<see cref="OwnFile"/>).
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".partial";
    private readonly string _target;
    private readonly string _identity;
    private readonly FileStream _stream;
    private bool _noted;
    private bool _gone;

    private PartialFile(string target, string identity, FileStream stream)
    {
        (_target, _identity, _stream) = (target, identity, stream);
        Validator = PartialNote.ReadValidator(target, identity);
        if (Validator is null)
        {
            Restart();
        }
    }

    /// <summary>The ETag or the Last-Modified of the content so far; null when there is none, or it cannot be gone on with.</summary>
    public string? Validator { get; private set; }

    /// <summary>How many bytes are there.</summary>
    public long Length => _stream.Length;

    /// <summary>The room on its disk; null where that cannot be learned.</summary>
    public DiskSpace? FreeSpace() => DiskSpace.In(Path.GetDirectoryName(_target)!);

    /// <summary>Takes the partial file of a target; null while somebody else holds it.</summary>
    /// <param name="target">The name that the file is to get.</param>
    /// <param name="identity">Which video it is to be: one that another video left is begun anew.</param>
    /// <exception cref="ForeignFileException">The partial file or its note is a link, a pipe, another user's, or has several names.</exception>
    public static PartialFile? TryOpen(string target, string identity)
    {
        var stream = OwnFile.TryOpen(target + Suffix);
        try
        {
            return stream is null ? null : new PartialFile(target, identity, stream);
        }
        catch
        {
            if (stream!.Length == 0)
            {
                File.Delete(target + Suffix);
            }

            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody downloads to this target, or did not come to the end of it.</summary>
    public static bool IsThere(string target) => File.Exists(target + Suffix);

    /// <summary>Whether a video got its name of which the ledger does not know yet: whoever gave it that is dead, or about to write it down.</summary>
    public static bool WasRenamed(string target, string identity)
    {
        if (!PartialNote.IsThere(target) || IsThere(target) || !File.Exists(target) || !PartialNote.IsOf(target, identity))
        {
            return false;
        }

        try
        {
            using var video = OwnFile.OpenRead(target);
            return VideoFile.Problem(video, target) is null;
        }
        catch (ForeignFileException)
        {
            return false;
        }
        catch (IOException error) when (OwnFile.IsHeldElsewhere(error))
        {
            // By the one who has just renamed it.
            return true;
        }
    }

    /// <summary>Removes what is left beside a video that the ledger knows. What another process holds, or another user owns, stays.</summary>
    public static void Clear(string target)
    {
        try
        {
            if (IsThere(target))
            {
                using var left = TryOpen(target, "");
                left?.Discard();
            }

            PartialNote.Delete(target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The video is whole: what lies beside it does no harm.
        }
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
        PartialNote.Write(_target, _identity, validator);
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
        if (!OwnFile.IsAt(_stream, _target + Suffix))
        {
            throw new ForeignFileException(_target + Suffix, "was put in the place of the downloaded file");
        }

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
            PartialNote.Delete(_target);
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
}
