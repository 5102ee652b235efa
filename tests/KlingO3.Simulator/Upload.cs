namespace KlingO3.Simulator;

/// <summary>A file that was, or is to be, uploaded.</summary>
internal sealed record Upload(string Id, string ContentType, DateTimeOffset SignedAt, DateTimeOffset ExpiresAt)
{
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

    /// <summary>The bytes; null before the PUT, and after a delete.</summary>
    public StoredFile? File { get; init; }

    public string? Hash { get; init; }
    public int Puts { get; init; }
    public bool Deleted { get; init; }

    public string Name => Id + ContentType switch
    {
        "video/mp4" => ".mp4",
        "video/quicktime" => ".mov",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/webp" => ".webp",
        _ => "",
    };
}
