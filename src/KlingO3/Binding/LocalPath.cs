using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>Finds files as PowerShell names them: relative to where the user is, from <c>~</c>, on a drive, as a PSPath. Brackets are brackets, not wildcards.</summary>
internal static class LocalPath
{
    private const string FileSystem = "FileSystem";

    /// <summary>The full path, whether a file is there or not; null for what is no place of the file system.</summary>
    public static string? Find(SessionState session, string path)
    {
        try
        {
            var found = session.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == FileSystem ? Path.GetFullPath(found) : null;
        }
        catch (Exception exception) when (exception is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ProviderInvocationException
            or PSInvalidOperationException or PSNotSupportedException or ArgumentException or NotSupportedException or IOException)
        {
            return null;
        }
    }
}
