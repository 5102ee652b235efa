namespace KlingO3.Files;

/// <summary>Where videos are saved and under what name.</summary>
public sealed record SaveOptions
{
    /// <summary>How many downloads run at once in a process.</summary>
    public const int MaxDownloads = 8;

    /// <summary>The folder, a full path. It is made if it is not there.</summary>
    public required string Destination { get; init; }

    /// <summary>
    /// The name without its ending; <c>{Name}</c>, <c>{Id}</c>, <c>{Batch}</c>, <c>{Model}</c> are filled in. Without a name, the part
    /// before the id is left out.
    /// </summary>
    public string FileName { get; init; } = "{Name}-{Id}";

    /// <summary>Replace a file of that name that is not this video.</summary>
    public bool Force { get; init; }
}
