using KlingO3.FileSystem;

namespace KlingO3.Bulk;

/// <summary>
/// Who can write to the ledger's folder. Whoever can, decides what KlingO3 takes for created and paid. Only Unix tells owners and permissions this simply;
/// on Windows the folder's access list decides.
/// </summary>
internal static class LedgerFolder
{
    private const uint Root = 0;

    /// <summary>What SQLite and the ledger read there.</summary>
    private static readonly string[] Endings = ["", LedgerLocation.LogSuffix, "-shm", "-journal"];

    /// <summary>Requires that nothing of the ledger was put there by another user.</summary>
    /// <param name="home">The folder, which is there.</param>
    /// <exception cref="KlingException">KlingLedgerUnavailable: a file is another user's, or no regular one.</exception>
    public static void RequireOwn(string home)
    {
        if (OperatingSystem.IsWindows() || Facts(home) is not { } folder)
        {
            return;
        }

        var database = LedgerLocation.FileIn(home);
        foreach (var path in (IEnumerable<string>)[.. Endings.Select(ending => database + ending), ProcessOwner.FolderIn(home)])
        {
            if (FileFacts.At(path) is { } facts && Problem(facts, folder) is { } problem)
            {
                throw LedgerErrors.Planted(path, problem);
            }
        }
    }

    /// <summary>What others can do to the folder; null where only this user can write to it. A group that may write to it is one's own on many systems.</summary>
    public static string? Exposure(string home) => OperatingSystem.IsWindows() ? null : Facts(home) switch
    {
        { } folder when folder.Mode.HasFlag(UnixFileMode.OtherWrite) => $"every user of this computer can write to '{home}'",
        { } folder when FileFacts.CurrentUser != Root && folder.Owner != FileFacts.CurrentUser && folder.Owner != Root => FormattableString.Invariant($"'{home}' belongs to another user (id {folder.Owner})"),
        _ => null,
    };

    /// <summary>
    /// Why a file may have been planted; null where it was not. The folder's owner is trusted with its files: in containers, and on network shares, he
    /// is not the user of the process.
    /// </summary>
    private static string? Problem(FileFacts facts, FileFacts folder) => facts switch
    {
        { Kind: FileKind.Unknown } => null,
        { Kind: FileKind.Special } => "is a pipe, a socket or a device",
        _ when facts.Owner != FileFacts.CurrentUser && facts.Owner != Root && facts.Owner != folder.Owner => FormattableString.Invariant($"belongs to another user (id {facts.Owner})"),
        { Kind: FileKind.Regular, Links: > 1 } when folder.Mode.HasFlag(UnixFileMode.OtherWrite) => FormattableString.Invariant($"has {facts.Links} names (hard links) in a folder that every user can write to"),
        _ => null,
    };

    private static FileFacts? Facts(string home)
    {
        var facts = FileFacts.At(new DirectoryInfo(home).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? home);
        return facts is { Kind: FileKind.Directory } ? facts : null;
    }
}
