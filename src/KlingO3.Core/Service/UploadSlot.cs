namespace KlingO3.Service;

/// <summary>A place at the service's storage that takes one file.</summary>
/// <param name="Url">Where to PUT it. Its query is a signature.</param>
/// <param name="PublicUrl">Where it can be fetched then.</param>
/// <param name="Headers">What must go along with the PUT.</param>
internal sealed record UploadSlot(Uri Url, Uri PublicUrl, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Until when it can be fetched, by the service's clock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
