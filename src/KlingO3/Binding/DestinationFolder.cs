using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>Reads <c>-Destination</c>.</summary>
internal static class DestinationFolder
{
    private const string FileSystem = "FileSystem";

    /// <summary>The folder's full path.</summary>
    /// <param name="session">Knows the drives and where the user is.</param>
    /// <param name="destination">What the user gave; null for where the user is.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: it is not a place in the file system.</exception>
    public static string Resolve(SessionState session, string? destination)
    {
        if (string.IsNullOrWhiteSpace(destination))
        {
            return session.Path.CurrentFileSystemLocation.ProviderPath;
        }

        try
        {
            var path = session.Path.GetUnresolvedProviderPathFromPSPath(destination, out var provider, out _);
            return provider.Name == FileSystem ? Path.GetFullPath(path) : throw Refused(destination, $"it is a place of the {provider.Name} provider");
        }
        catch (Exception exception) when (exception is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or PSInvalidOperationException or ArgumentException)
        {
            throw Refused(destination, exception.Message, exception);
        }
    }

    /// <summary>Makes the folder if need be, and tries whether files can be made in it.</summary>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: they cannot.</exception>
    public static void RequireWritable(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".kling-{Guid.NewGuid():N}.partial");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Refused(folder, exception.Message, exception);
        }
    }

    private static KlingException Refused(string destination, string reason, Exception? cause = null) => new(
        KlingErrorId.InvalidInput,
        $"Videos cannot be saved to '{destination}': {reason}",
        "Give -Destination a folder that you may write to. Nothing was created or saved.",
        cause);
}
