namespace KlingO3.Bulk;

/// <summary>What was, or is to be, uploaded: the same content under two media types is two files at the service.</summary>
/// <param name="Sha256">In lower-case hexadecimal.</param>
/// <param name="ContentType">The media type.</param>
internal sealed record UploadContent(string Sha256, string ContentType);

/// <summary>Where an upload lies.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="ExpiresAt">Until when it lives, by the local clock; null where nobody says.</param>
internal sealed record StoredUpload(string Url, DateTimeOffset? ExpiresAt);

/// <summary>When a remembered URL will do.</summary>
/// <param name="LeastLife">How long it must still live.</param>
/// <param name="Granted">The life that is asked for: one that was granted less is not enough.</param>
/// <param name="Anew">None will.</param>
internal sealed record UploadTerms(TimeSpan LeastLife, TimeSpan? Granted, bool Anew);

/// <summary>The answer to who uploads a content.</summary>
internal abstract record UploadClaim
{
    /// <summary>Nobody: it is there.</summary>
    internal sealed record Known(StoredUpload Upload) : UploadClaim;

    /// <summary>You.</summary>
    internal sealed record Granted : UploadClaim;

    /// <summary>Somebody does already: look again soon.</summary>
    internal sealed record Elsewhere : UploadClaim;
}
