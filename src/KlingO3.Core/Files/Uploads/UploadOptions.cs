namespace KlingO3.Files;

/// <summary>How a local file is uploaded.</summary>
public sealed record UploadOptions
{
    /// <summary>The shortest life of a URL that the service grants.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);

    /// <summary>The longest life of a URL that the service grants.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(365);

    /// <summary>How long the URL shall live, 60 seconds to 365 days; null for the service's own default (180 days, by its documentation).</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>Upload it although the ledger remembers a URL of the same content.</summary>
    public bool Force { get; init; }

    /// <summary>Upload it although its content is no known image or video.</summary>
    public bool AnyFile { get; init; }

    /// <summary>A storage of the user's own instead of the service's.</summary>
    public UploadStorage? Storage { get; init; }
}

/// <summary>A place of the user's own that takes one file by an HTTP PUT: a presigned URL, a SAS URL, a WebDAV folder.</summary>
/// <param name="UploadUrl">Where to PUT: https, or http on this machine. Its query may be a signature and is never shown.</param>
public sealed record UploadStorage(Uri UploadUrl)
{
    /// <summary>Where it can be fetched then; null for the same address without its query.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// Headers that the storage wants, such as <c>x-ms-blob-type: BlockBlob</c>. Where it redirects to another host, only <c>Content-Type</c> goes along.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The text without headers and query, which may hold keys.</summary>
    public override string ToString() => $"{nameof(UploadStorage)} {UploadUrl.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}";
}
