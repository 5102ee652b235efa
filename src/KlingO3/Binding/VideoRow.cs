using System.Management.Automation;
using KlingO3.Bulk;
using KlingO3.Input;

namespace KlingO3.Binding;

/// <summary>A row as it was given.</summary>
/// <param name="Draft">Its values.</param>
/// <param name="WebhookSecret">The secret that its webhook is signed with.</param>
/// <param name="Source">The pipeline object that it came from, if there was one.</param>
internal sealed record VideoRow(VideoDraft Draft, string? WebhookSecret, PSObject? Source)
{
    /// <summary>Whether its name is only that of the file that was piped in.</summary>
    public bool IsNamedByFile { get; init; }

    /// <summary>The row that passed the checks, ready to be sent.</summary>
    public VideoRequest ToRequest(CheckedVideo video) => new(video.Model, video.Input)
    {
        Name = Draft.Name,
        IsNamedByFile = IsNamedByFile,
        PredictionId = (Source?.BaseObject as KlingPrediction)?.Id,
        Batch = Draft.Batch,
        WebhookUrl = Draft.WebhookUrl is { } address ? new Uri(address) : null,
        WebhookSecret = WebhookSecret,
    };

    /// <summary>What an error about the row points at: the row itself, or what the command line made of it.</summary>
    public object Target(CheckedVideo? video) => (object?)Source ?? video?.Input ?? (object)Draft.Values;

    /// <summary>The row in a few words, for <c>-WhatIf</c>, <c>-Confirm</c> and warnings.</summary>
    public string Describe()
    {
        var prompt = Draft.Values.TryGetValue("prompt", out var given) ? InvariantText.Of(given)?.ReplaceLineEndings(" ") ?? "" : "";
        var shown = prompt.Length > 60 ? string.Concat(prompt.AsSpan(0, 59), "…") : prompt;
        return Draft.Name is null ? $"'{shown}' ({Draft.Model})" : $"{Draft.Name}: '{shown}' ({Draft.Model})";
    }

    /// <summary>What the create does besides, for <c>-WhatIf</c> and <c>-Confirm</c>: the files that it uploads, and the host that the service posts to.</summary>
    public string DescribeEffects(CheckedVideo video)
    {
        var files = video.Files.Count == 0 ? "" : $"; upload {string.Join(", ", video.Files)}";
        return Draft.WebhookUrl is { } address ? $"{files}; have the service post its end to {new Uri(address).IdnHost}" : files;
    }

    // The secret would be in the text that a record makes of itself.
    /// <inheritdoc/>
    public override string ToString() => Describe();
}
