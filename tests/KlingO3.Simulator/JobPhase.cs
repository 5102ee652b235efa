namespace KlingO3.Simulator;

/// <summary>How far a job is, whatever word an answer has for it.</summary>
internal enum JobPhase
{
    Running,
    Success,
    Error,
    Cancelled,
}
