namespace KlingO3.Files;

/// <summary>Where one run saves its videos and under what name. A run is everything that is saved with one of these, or with a copy of it.</summary>
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

    /// <summary>Replace a file of that name that is not this video, unless it is another video of this run.</summary>
    public bool Force { get; init; }

    /// <summary>The names that videos of this run have.</summary>
    internal ClaimedNames Names { get; } = new();
}
