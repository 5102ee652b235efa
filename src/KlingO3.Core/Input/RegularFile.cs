namespace KlingO3.Input;

/// <summary>Finds out what a path leads to before it is opened: opening a named pipe waits for its writer, perhaps for ever.</summary>
internal static class RegularFile
{
    /// <summary>What a path leads to, through all its links. The length of a link is not that of its file.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
    }

    /// <summary>Whether there is something of no length: an empty file, a named pipe, a socket, a device.</summary>
    public static bool IsEmpty(string path) => Target(path) is { Exists: true, Length: 0 };
}
