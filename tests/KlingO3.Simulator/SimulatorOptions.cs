using System.Globalization;

namespace KlingO3.Simulator;

/// <summary>How the service behaves. Durations are virtual seconds, money is USD.</summary>
internal sealed record SimulatorOptions
{
    public string Urls { get; init; } = "http://127.0.0.1:0";
    public double Speed { get; init; } = 1;
    public long Seed { get; init; } = 1;
    public IReadOnlyList<string> Keys { get; init; } = [];
    public decimal? Balance { get; init; }
    public decimal Cost { get; init; } = 0.42m;
    public int MaxConcurrent { get; init; } = 10;
    public int PerMinute { get; init; } = 100;
    public double JobSeconds { get; init; } = 300;
    public double JobSpread { get; init; } = 0.3;
    public double FailRate { get; init; }
    public double ListDelay { get; init; }
    public double Latency { get; init; }
    public double ClockSkew { get; init; }
    public string Date { get; init; } = "service";
    public bool NumericIds { get; init; }
    public ListOptions List { get; init; } = new();
    public GetOptions Get { get; init; } = new();
    public string Style { get; init; } = "mixed";
    public string RetryAfter { get; init; } = "mixed";
    public long OutputBytes { get; init; } = 60_000;
    public double? OutputLife { get; init; }
    public bool NoList { get; init; }
    public bool Unpriced { get; init; }
    public bool LegacyWebhooks { get; init; }
    public int? ParentPid { get; init; }
    public bool StopWithStdin { get; init; }
    public bool Verbose { get; init; }

    private static readonly HashSet<string> Flags = ["no-list", "unpriced", "legacy-webhooks", "stop-with-stdin", "verbose"];

    /// <summary>Options that a running simulator can no longer change.</summary>
    public static IReadOnlySet<string> OnlyAtStart { get; } =
        new HashSet<string> { "urls", "speed", "seed", "parent-pid", "stop-with-stdin" };

    private static readonly Dictionary<string, Func<SimulatorOptions, string, SimulatorOptions>> Setters = new()
    {
        ["urls"] = (o, v) => o with { Urls = v },
        ["speed"] = (o, v) => o with { Speed = OptionText.Number(v, 0.001) },
        ["seed"] = (o, v) => o with { Seed = long.Parse(v, CultureInfo.InvariantCulture) },
        ["key"] = (o, v) => o with { Keys = [.. o.Keys, v] },
        ["balance"] = (o, v) => o with { Balance = v is "" or "none" ? null : decimal.Parse(v, CultureInfo.InvariantCulture) },
        ["cost"] = (o, v) => o with { Cost = decimal.Parse(v, CultureInfo.InvariantCulture) },
        ["max-concurrent"] = (o, v) => o with { MaxConcurrent = (int)OptionText.Number(v) },
        ["per-minute"] = (o, v) => o with { PerMinute = (int)OptionText.Number(v) },
        ["job-seconds"] = (o, v) => o with { JobSeconds = OptionText.Number(v) },
        ["job-spread"] = (o, v) => o with { JobSpread = OptionText.Number(v) },
        ["fail-rate"] = (o, v) => o with { FailRate = OptionText.Number(v) },
        ["list-delay"] = (o, v) => o with { ListDelay = OptionText.Number(v) },
        ["latency"] = (o, v) => o with { Latency = OptionText.Number(v) },
        ["clock-skew"] = (o, v) => o with { ClockSkew = double.Parse(v, CultureInfo.InvariantCulture) },
        ["date"] = (o, v) => o with { Date = OptionText.OneOf(v, "service", "gateway", "start", "none") },
        ["ids"] = (o, v) => o with { NumericIds = OptionText.OneOf(v, "uuid", "number") == "number" },
        ["style"] = (o, v) => o with { Style = OptionText.OneOf(v, "page", "docs", "mixed") },
        ["retry-after"] = (o, v) => o with { RetryAfter = OptionText.OneOf(v, "always", "never", "mixed") },
        ["output-bytes"] = (o, v) => o with { OutputBytes = (long)OptionText.Number(v) },
        ["output-life"] = (o, v) => o with { OutputLife = v is "" or "none" ? null : OptionText.Number(v) },
        ["no-list"] = (o, v) => o with { NoList = bool.Parse(v) },
        ["unpriced"] = (o, v) => o with { Unpriced = bool.Parse(v) },
        ["legacy-webhooks"] = (o, v) => o with { LegacyWebhooks = bool.Parse(v) },
        ["parent-pid"] = (o, v) => o with { ParentPid = int.Parse(v, CultureInfo.InvariantCulture) },
        ["stop-with-stdin"] = (o, v) => o with { StopWithStdin = bool.Parse(v) },
        ["verbose"] = (o, v) => o with { Verbose = bool.Parse(v) },
    };

    static SimulatorOptions()
    {
        foreach (var (name, set) in ListOptions.Setters)
        {
            Setters.Add(name, (o, v) => o with { List = set(o.List, v) });
        }

        foreach (var (name, set) in GetOptions.Setters)
        {
            Setters.Add(name, (o, v) => o with { Get = set(o.Get, v) });
        }
    }

    /// <summary>Sets one option by its command-line name, without the dashes.</summary>
    /// <exception cref="FormatException">There is no such option, or it cannot have this value.</exception>
    public SimulatorOptions With(string name, string value)
    {
        if (!Setters.TryGetValue(name, out var set))
        {
            throw new FormatException($"There is no option '{name}'. Options: {string.Join(", ", Setters.Keys)}.");
        }

        try
        {
            return set(this, value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new FormatException($"Option '{name}' cannot be '{value}': {e.Message}", e);
        }
    }

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c> and bare flags.</summary>
    public static SimulatorOptions Parse(IReadOnlyList<string> args)
    {
        var options = new SimulatorOptions();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new FormatException($"Expected an option, not '{args[i]}'.");
            }

            var (name, value) = args[i][2..].Split('=', 2) is [var n, var v] ? (n, v) : (args[i][2..], null);
            value ??= Flags.Contains(name) ? "true"
                : ++i < args.Count ? args[i]
                : throw new FormatException($"Option '{name}' wants a value.");
            options = options.With(name, value);
        }

        return options;
    }
}
