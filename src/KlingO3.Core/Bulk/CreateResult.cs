namespace KlingO3.Bulk;

/// <summary>What became of a row.</summary>
/// <param name="Prediction">The prediction; null only if the row was not sent.</param>
/// <param name="Outcome">How it came about.</param>
public sealed record CreateResult(KlingPrediction? Prediction, CreateOutcome Outcome);

/// <summary>How a row came to its prediction.</summary>
public enum CreateOutcome
{
    /// <summary>It was created now.</summary>
    Created,

    /// <summary>The ledger knew it: nothing was created and nothing paid.</summary>
    Found,

    /// <summary>It was created, and the answer was lost; it was found at the service.</summary>
    Settled,

    /// <summary>The ledger did not know it and the service did, where the user asked for that: nothing was created and nothing paid.</summary>
    Adopted,

    /// <summary>The run had been stopped: it was not sent. There is no prediction.</summary>
    NotSent,
}
