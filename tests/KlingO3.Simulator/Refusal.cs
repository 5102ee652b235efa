namespace KlingO3.Simulator;

/// <summary>Why a create that was in order made no job.</summary>
internal enum Refusal
{
    None,
    RateLimited,
    Concurrency,
    Payment,
}
