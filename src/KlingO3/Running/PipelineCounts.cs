namespace KlingO3.Running;

/// <summary>How far a pipeline is.</summary>
internal sealed record PipelineCounts
{
    /// <summary>Rows or predictions that came in.</summary>
    public int Seen { get; init; }

    /// <summary>Whether no more of them come.</summary>
    public bool AllSeen { get; init; }

    /// <summary>Rows that have a prediction, or were refused one.</summary>
    public int Answered { get; init; }

    /// <summary>Predictions that run at the service.</summary>
    public int Running { get; init; }

    /// <summary>The most that ran at once.</summary>
    public int Width { get; init; }

    /// <summary>Predictions that succeeded.</summary>
    public int Done { get; init; }

    /// <summary>Rows that came to nothing: refused, failed, cancelled, not saved.</summary>
    public int Failed { get; init; }

    /// <summary>Those of them that were created, and ended without a video.</summary>
    public int Lost { get; init; }

    /// <summary>Rows that were not sent, because the creating was stopped.</summary>
    public int NotSent { get; init; }

    /// <summary>Predictions whose videos are saved.</summary>
    public int Saved { get; init; }

    /// <summary>What the ended predictions cost in USD, as far as the service tells.</summary>
    public decimal Cost { get; init; }

    /// <summary>How many of them the service told a cost of.</summary>
    public int Priced { get; init; }

    /// <summary>How long the ones that succeeded took together, as far as this pipeline saw it.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Whether some command waits for the predictions to end.</summary>
    public bool Waits { get; init; }

    /// <summary>Whether some command saves the videos.</summary>
    public bool Saves { get; init; }

    /// <summary>How many have gone all the way that this pipeline takes them.</summary>
    public int Through => Math.Min(Seen, NotSent + (Saves ? Saved + Failed : Waits ? Done + Failed : Answered));

    /// <summary>How many have ended well and are still to be saved.</summary>
    public int Unsaved => Saves && Waits ? Math.Max(0, Done - Saved) : 0;

    /// <summary><c>12 of 40, 10 running, 12 done</c>; of how many is not known while rows still come.</summary>
    public string Describe()
    {
        var parts = new List<string> { AllSeen ? $"{Through} of {Seen}" : $"{Through} of {Seen} so far" };
        Add(Running, "running");
        Add(Done, "done");
        Add(Saved, "saved");
        Add(Failed, "failed");
        return string.Join(", ", parts);

        void Add(int count, string what)
        {
            if (count > 0)
            {
                parts.Add($"{count} {what}");
            }
        }
    }
}
