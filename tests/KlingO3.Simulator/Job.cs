using System.Text.Json;
using System.Text.RegularExpressions;

namespace KlingO3.Simulator;

/// <summary>One prediction. What can change is only changed by the <see cref="JobBook"/>, under its lock.</summary>
internal sealed partial class Job
{
    public required long Number { get; init; }
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required JsonElement Input { get; init; }
    public required string Prompt { get; init; }
    public required JobShape Shape { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required decimal Cost { get; init; }
    public required long OutputLength { get; init; }

    /// <summary>Whether it was planted, as if somebody else in the organisation had made it.</summary>
    public bool Planted { get; init; }

    /// <summary>The key that made it: slots are counted by it.</summary>
    public string Key { get; init; } = "";

    /// <summary>The organisation that it belongs to: no other one's keys can see it.</summary>
    public string Organisation { get; init; } = "";

    public string? WebhookUrl { get; init; }
    public string? WebhookSecret { get; init; }
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The code with which it will fail; null when it will succeed.</summary>
    public string? FailsWith { get; init; }

    /// <summary>How long it was meant to take when it was made.</summary>
    public required TimeSpan Planned { get; init; }

    /// <summary>When it ends, or ended; the end of time for a job that never does.</summary>
    public DateTimeOffset EndsAt { get; set; }

    public JobPhase Phase { get; set; }
    public int Gets;
    public int Cancels;
    public string? OutputHash;

    public bool Ended => Phase != JobPhase.Running;
    public string OutputName => Shape.Page ? $"{Id}.mp4" : "output.mp4";

    // A job waits a little, then is brought up, then works.
    public DateTimeOffset StartedAt => CreatedAt + (Planned * 0.02);
    public DateTimeOffset WorkingAt => CreatedAt + (Planned * 0.06);

    public bool Never => Prompt.Contains("[never]", StringComparison.Ordinal);
    public bool Weird => Prompt.Contains("[weird]", StringComparison.Ordinal);
    public bool Uncancellable => Prompt.Contains("[uncancellable]", StringComparison.Ordinal);

    public TimeSpan RunTime => Ended ? EndsAt - CreatedAt : TimeSpan.Zero;

    /// <summary>The code that a prompt asks to fail with: <c>[fail]</c> or <c>[fail:CODE]</c>.</summary>
    public static string? AskedFailure(string prompt)
    {
        var match = FailMark().Match(prompt);
        return !match.Success ? null : match.Groups["code"] is { Length: > 0 } code ? code.Value : "PROVIDER_REJECTED";
    }

    [GeneratedRegex(@"\[fail(:(?<code>[A-Z_]+))?\]", RegexOptions.CultureInvariant)]
    private static partial Regex FailMark();
}
