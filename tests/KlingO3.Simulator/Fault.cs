using System.Text.Json;

namespace KlingO3.Simulator;

/// <summary>One planned fault. What is null was not given, and each kind of fault has its own default for it.</summary>
internal sealed record Fault
{
    private static readonly HashSet<string> Kinds =
        ["429", "status", "html", "gateway", "empty", "json", "reset-before", "reset-after", "cut", "slow", "hang"];

    public string On { get; init; } = "any";
    public required string Do { get; init; }

    /// <summary>How often it fires; -1 for ever.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Virtual seconds since it was planned during which it fires; null: until it is spent.</summary>
    public double? Lasts { get; init; }

    /// <summary>How many calls that match go by before it fires.</summary>
    public int Skip { get; init; }

    public double Rate { get; init; } = 1;
    public string? Match { get; init; }
    public int? Status { get; init; }
    public bool? Made { get; init; }
    public string? RetryAfter { get; init; }
    public string? Location { get; init; }
    public string? Body { get; init; }
    public string? ContentType { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public string? Reason { get; init; }
    public double? Seconds { get; init; }
    public long? Bytes { get; init; }

    /// <summary>Whether the call is handled, unseen, before the faulty answer.</summary>
    public bool IsMade => Made ?? Do is "empty" or "json" or "reset-after" or "hang";

    /// <exception cref="FormatException">There is no such fault; a fault that never fires would make a test pass for nothing.</exception>
    public static Fault Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("do", out _))
        {
            throw new FormatException("A fault is an object with 'do'.");
        }

        var fault = new Fault { Do = "" };
        foreach (var field in json.EnumerateObject())
        {
            try
            {
                fault = field.Value.ValueKind == JsonValueKind.Null ? fault : fault.With(field.Name, field.Value);
            }
            catch (InvalidOperationException e)
            {
                throw new FormatException($"'{field.Name}' cannot be {field.Value.GetRawText()}.", e);
            }
        }

        return Kinds.Contains(fault.Do) ? fault : throw new FormatException($"'do' is one of {string.Join(", ", Kinds)}.");
    }

    private Fault With(string name, JsonElement value) => name switch
    {
        "on" => CallKind.Names.Contains(value.GetString()!)
            ? this with { On = value.GetString()! }
            : throw new FormatException($"'on' is one of {string.Join(", ", CallKind.Names)}."),
        "do" => this with { Do = value.ToString() },
        "times" => this with { Times = value.GetInt32() },
        "lasts" => this with { Lasts = value.GetDouble() },
        "skip" => this with { Skip = value.GetInt32() },
        "rate" => this with { Rate = value.GetDouble() },
        "match" => this with { Match = value.GetString() },
        "status" => this with { Status = value.GetInt32() },
        "made" => this with { Made = value.GetBoolean() },
        "retryAfter" => this with { RetryAfter = value.ToString() },
        "location" => this with { Location = value.GetString() },
        "body" => this with { Body = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() },
        "contentType" => this with { ContentType = value.GetString() },
        "headers" => this with { Headers = value.EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!) },
        "reason" => this with { Reason = value.GetString() },
        "seconds" => this with { Seconds = value.GetDouble() },
        "bytes" => this with { Bytes = value.GetInt64() },
        _ => throw new FormatException($"A fault has no '{name}'."),
    };
}
