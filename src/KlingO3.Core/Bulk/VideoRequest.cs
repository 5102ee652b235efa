namespace KlingO3.Bulk;

/// <summary>One row, checked and ready to be sent.</summary>
/// <param name="Model">The slug of the model.</param>
/// <param name="Input">
/// The input by the service's names. Where the full path of a local file stands for a URL, the file is uploaded before the row is sent.
/// </param>
public sealed record VideoRequest(string Model, KlingInput Input)
{
    /// <summary>The row's name, for people and file names.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the name is only that of the local file: a renamed file is still the same row.</summary>
    public bool IsNamedByFile { get; init; }

    /// <summary>The batch, within which the row is created once.</summary>
    public string? Batch { get; init; }

    /// <summary>The prediction that the row was made from: the row is that one's, whatever its input looks like now (URLs where local files were).</summary>
    public string? PredictionId { get; init; }

    /// <summary>Where the service posts when the job has ended.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>What the service signs those posts with. Never stored.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>The text without the secret.</summary>
    public override string ToString() => $"{nameof(VideoRequest)} {Model} {Name}";
}
