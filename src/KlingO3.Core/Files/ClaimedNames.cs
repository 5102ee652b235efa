using System.Collections.Concurrent;

namespace KlingO3.Files;

/// <summary>
/// Which video each file name of one run belongs to, so that <see cref="SaveOptions.Force"/> replaces files of earlier runs and never
/// another video of the same run. Thread-safe.
/// </summary>
internal sealed class ClaimedNames
{
    // The file systems that Windows and macOS use by default take names that differ in case for the same.
    private readonly ConcurrentDictionary<string, string> _owners = new(
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    /// <summary>Claims a name for a video. False if another video of this run has it.</summary>
    public bool TryClaim(string path, string identity) => _owners.GetOrAdd(path, identity) == identity;

    /// <summary>Claims a name for a video, whichever had it: its file is gone.</summary>
    public void Claim(string path, string identity) => _owners[path] = identity;

    /// <summary>Whether another video of this run has the name.</summary>
    public bool IsTaken(string path, string identity) => _owners.TryGetValue(path, out var owner) && owner != identity;

    /// <summary>Gives a name up: its video did not get it after all.</summary>
    public void Release(string path, string identity) => _owners.TryRemove(KeyValuePair.Create(path, identity));
}
