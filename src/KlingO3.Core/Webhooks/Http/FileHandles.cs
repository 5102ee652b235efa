namespace KlingO3.Webhooks.Http;

/// <summary>How many file handles the process has left, where the system tells (Linux). Each connection takes one, and so do the ledger and the videos.</summary>
internal static class FileHandles
{
    private const int MinConnections = 8;

    /// <summary>A quarter of the handles that are left, if that is fewer than what is wanted.</summary>
    public static int CapConnections(int wanted) =>
        Available() is { } available ? Math.Clamp(available / 4, Math.Min(MinConnections, wanted), wanted) : wanted;

    private static int? Available()
    {
        const string Name = "Max open files";
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            return int.TryParse(soft, out var max) ? Math.Max(0, max - Directory.GetFileSystemEntries("/proc/self/fd").Length) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
