namespace KlingO3;

/// <summary>A local file that lies where the service can fetch it. It pipes into New-KlingVideo as the video.</summary>
public sealed record KlingAsset
{
    /// <summary>Where it can be fetched.</summary>
    public required string Url { get; init; }

    /// <summary>The full path of the local file.</summary>
    public required string Path { get; init; }

    /// <summary>In bytes.</summary>
    public long Length { get; init; }

    /// <summary>The SHA-256 of its content, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Until when the URL lives, as the service says; null where nobody says.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The URL: an asset can stand where its URL can.</summary>
    public override string ToString() => Url;
}
