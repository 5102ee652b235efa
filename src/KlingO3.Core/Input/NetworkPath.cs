namespace KlingO3.Input;

/// <summary>
/// Paths that name a computer: <c>\\server\share</c>, <c>//server/share</c>, <c>file://server/share</c>, also behind the name of a provider of PowerShell.
/// Only to ask whether such a file is there makes Windows log on to that computer.
/// </summary>
public static class NetworkPath
{
    private const string Provider = "::";
    private const string File = "file:";

    /// <summary>The computer that a path names; null where it names none. Looks at the text only.</summary>
    /// <param name="path">A path or a file URI.</param>
    public static string? HostOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.LastIndexOf(Provider, StringComparison.Ordinal) is var place and >= 0
            ? OfPlainPath(path) ?? OfPlainPath(path[(place + Provider.Length)..].TrimStart())
            : OfPlainPath(path);
    }

    private static string? OfPlainPath(string path)
    {
        if (path.StartsWith(File, StringComparison.OrdinalIgnoreCase))
        {
            if (!Uri.TryCreate(path, UriKind.Absolute, out var uri))
            {
                return OfUnc(path[File.Length..]);
            }

            return uri.Host.Length > 0 ? uri.Host : OfUnc(uri.LocalPath);
        }

        return OfUnc(path);
    }

    private static string? OfUnc(string path)
    {
        var plain = path.Replace('/', '\\');
        return plain.StartsWith(@"\\", StringComparison.Ordinal) ? plain.TrimStart('\\').Split('\\')[0] : null;
    }
}
