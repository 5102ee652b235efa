using System.Text;
using KlingO3.FileSystem;

namespace KlingO3.Files;

/// <summary>
/// Files in folders that others may be able to write to. A link, a pipe or another user's file under one of our names is never written
/// to, and never waited for: the file is made exclusively, or what is there must be a regular file of this user with one name.
/// </summary>
internal static class OwnFile
{
    /// <summary>Longer than any note; a larger file is none.</summary>
    private const int MaxTextLength = 4096;

    private const int MaxReplacements = 3;

    /// <summary>On Windows an open file can only be renamed if it is shared for deletion; there a second writer is refused all the same.</summary>
    private static readonly FileShare Exclusive = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Opens a file exclusively, and makes it if it is not there. Null: another process holds it, or has just renamed it.</summary>
    /// <exception cref="ForeignFileException">What is there may not be written to.</exception>
    public static FileStream? TryOpen(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = TryCreate(path) ?? OpenChecked(path, OpenLeft);
            if (stream is not null && IsAt(stream, path))
            {
                return stream;
            }
        }
        catch (FileNotFoundException)
        {
            // Renamed by its holder between the check and the opening.
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            // Locked by its holder.
        }
        catch
        {
            stream?.Dispose();
            throw;
        }

        stream?.Dispose();
        return null;
    }

    /// <summary>Whether an open file still has its name, and not another one since the download that made it has ended.</summary>
    public static bool IsAt(FileStream stream, string path) => FileFacts.At(path) is { } facts && facts.IsSameFile(FileFacts.Of(stream.SafeFileHandle));

    /// <summary>Opens a regular file for reading, whoever's it is. Links are followed.</summary>
    /// <exception cref="ForeignFileException">It is no regular file: reading a pipe would wait for its writer.</exception>
    public static FileStream OpenRead(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        var file = UnixFile.OpenRead(path);
        if (FileFacts.Of(file).Kind is FileKind.Regular or FileKind.Unknown)
        {
            return new FileStream(file, FileAccess.Read);
        }

        file.Dispose();
        throw new ForeignFileException(path, "is not a regular file");
    }

    /// <summary>The lines of a small text file of this user; none where it is not there or cannot be read.</summary>
    /// <exception cref="ForeignFileException">It is not this user's own.</exception>
    public static IReadOnlyList<string> ReadLines(string path)
    {
        try
        {
            using var stream = OpenChecked(path, OpenRead);
            var lines = new List<string>();
            if (stream is { Length: <= MaxTextLength })
            {
                using var reader = new StreamReader(stream, Encoding.UTF8);
                while (reader.ReadLine() is { } line)
                {
                    lines.Add(line);
                }
            }

            return lines;
        }
        catch (Exception error) when (error is IOException and not ForeignFileException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Replaces a small text file in one step: by another name first, so that no link under this one is followed.</summary>
    public static void Replace(string path, string text)
    {
        var made = path + ".new";
        for (var more = MaxReplacements; ; more--)
        {
            // Deleting a name harms nothing that it may lead to.
            File.Delete(made);
            try
            {
                using var stream = new FileStream(made, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                stream.Write(Encoding.UTF8.GetBytes(text));
                break;
            }
            catch (IOException error) when (IsThere(error) && more > 0)
            {
                // Put there since it was deleted.
            }
        }

        File.Move(made, path, overwrite: true);
    }

    /// <summary>Deletes a text file and what an attempt to replace it has left.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + ".new");
    }

    /// <summary>ERROR_SHARING_VIOLATION or ERROR_LOCK_VIOLATION on Windows; EAGAIN elsewhere, which is 11 on Linux and 35 on macOS.</summary>
    public static bool IsHeldElsewhere(IOException error) =>
        OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 32 or 33 : error.HResult is 11 or 35;

    /// <summary>Why a file may not be written to; null if it may.</summary>
    /// <param name="facts">The file.</param>
    /// <param name="ownerOfNewFiles">
    /// Who owns the files that this process makes beside it: on network shares and mounted Windows disks not its user. Asked only where it matters.
    /// </param>
    public static string? Problem(FileFacts facts, Func<uint?> ownerOfNewFiles) => facts switch
    {
        { Kind: FileKind.Link } => "is a symbolic link",
        { Kind: FileKind.Directory } => "is a folder",
        { Kind: FileKind.Special } => "is a pipe, a socket or a device",
        { Kind: FileKind.Unknown } => "was there already, and this system does not say whose it is",
        { Links: > 1 } => FormattableString.Invariant($"has {facts.Links} names (hard links)"),
        _ when facts.Owner != FileFacts.CurrentUser && facts.Owner != ownerOfNewFiles() => FormattableString.Invariant($"belongs to another user (id {facts.Owner})"),
        _ => null,
    };

    private static FileStream? TryCreate(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, Exclusive, bufferSize: 1);
        }
        catch (IOException error) when (IsThere(error))
        {
            return null;
        }
    }

    /// <summary>For reading and writing: opening a pipe for both never blocks.</summary>
    private static FileStream OpenLeft(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, Exclusive, bufferSize: 1);

    /// <summary>Opens a file that was checked by its name, and checks it once more by its handle: null where another was put in its place meanwhile.</summary>
    private static FileStream? OpenChecked(string path, Func<string, FileStream> open)
    {
        var named = FileFacts.At(path);
        if (named is null)
        {
            return null;
        }

        Require(named, path);
        var stream = open(path);
        try
        {
            var opened = FileFacts.Of(stream.SafeFileHandle);
            if (opened.IsSameFile(named.Value))
            {
                Require(opened, path);
                return stream;
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        stream.Dispose();
        return null;
    }

    private static void Require(FileFacts? facts, string path)
    {
        if (facts is { } found && Problem(found, () => OwnerOfNewFiles(path)) is { } problem)
        {
            throw new ForeignFileException(path, problem);
        }
    }

    private static uint? OwnerOfNewFiles(string path)
    {
        try
        {
            using var probe = new FileStream($"{path}.{Path.GetRandomFileName()}", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return FileFacts.Of(probe.SafeFileHandle) is { Kind: FileKind.Regular } facts ? facts.Owner : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>ERROR_FILE_EXISTS or ERROR_ALREADY_EXISTS on Windows; EEXIST elsewhere.</summary>
    private static bool IsThere(IOException error) =>
        OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 80 or 183 : error.HResult == 17;
}

/// <summary>Under the name of a file of ours is something that may not be written to. It is left as it is.</summary>
/// <param name="path">The name.</param>
/// <param name="problem">What it is.</param>
internal sealed class ForeignFileException(string path, string problem) : IOException($"'{path}' {problem}, and was left as it is.");
