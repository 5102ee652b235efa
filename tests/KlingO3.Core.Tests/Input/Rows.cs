using KlingO3.Input;

namespace KlingO3.Core.Tests.Input;

/// <summary>A usual row, and rows that differ from it.</summary>
internal static class Rows
{
    public const string Prompt = "Make it rain in @Video1";
    public const string Video = "https://cdn.example.com/clip.mp4";
    public const string Image = "https://cdn.example.com/a.png";

    /// <summary>The usual row with some inputs set or changed.</summary>
    public static VideoDraft With(params (string Name, object? Value)[] changes)
    {
        var values = new Dictionary<string, object?> { ["prompt"] = Prompt, ["video_url"] = Video };
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        return new VideoDraft { Values = values };
    }

    public static CheckedVideo Check(params (string Name, object? Value)[] changes) => VideoChecks.Check(With(changes), allowLoopback: false);

    public static KlingFinding OnlyError(this CheckedVideo check) => check.Findings.Single(finding => finding.Severity == KlingSeverity.Error);
}
