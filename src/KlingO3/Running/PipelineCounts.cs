namespace KlingO3.Running;

/// <summary>How far a pipeline is.</summary>
internal sealed record PipelineCounts
{
    /// <summary>Rows or predictions that came in.</summary>
    public int Seen { get; init; }

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

    /// <summary>Rows that were not sent, because the account was refused.</summary>
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

    /// <summary>How many seconds the rest should take, from those that have ended; -1 while nobody knows.</summary>
    public int SecondsRemaining
    {
        get
        {
            if (Done == 0 || Took <= TimeSpan.Zero || !(Waits || Saves))
            {
                return -1;
            }

            // Jobs run side by side, as many as the limits allow: the rest comes in rounds of that width, and the current round is half over.
            var each = Took.TotalSeconds / Done;
            var rounds = Math.Max(0.5, (double)(Seen - Through) / Math.Max(1, Width) - 0.5);
            return Seen == Through ? 0 : (int)Math.Min(int.MaxValue, Math.Ceiling(each * rounds));
        }
    }
}
