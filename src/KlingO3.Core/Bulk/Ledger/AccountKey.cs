namespace KlingO3.Bulk;

/// <summary>The key of a connection, as the ledger knows it.</summary>
/// <param name="Host">The host and port of the service; loopback is always 127.0.0.1.</param>
/// <param name="Hashes">The hash of host and key, and those of the host's other spellings, under which earlier versions may have stored it.</param>
/// <param name="Name">The account that the user names; null to go by the key.</param>
internal sealed record AccountKey(string Host, IReadOnlyList<string> Hashes, string? Name)
{
    /// <summary>The hash that is stored.</summary>
    public string Hash => Hashes[0];

    /// <summary>The name as it is compared, as names of batches and rows are.</summary>
    public string? NameKey => Name is null ? null : NameFolding.Fold(Name);
}
