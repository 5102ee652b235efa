namespace KlingO3.Simulator;

/// <summary>A fault and how far it is. The <see cref="FaultPlan"/> changes it under its lock.</summary>
internal sealed class PlannedFault(Fault fault, DateTimeOffset now)
{
    private readonly DateTimeOffset _ends = fault.Lasts is { } seconds ? now.AddSeconds(seconds) : DateTimeOffset.MaxValue;

    public Fault Fault { get; } = fault;
    public int Skipped { get; set; }
    public int Fired { get; set; }

    public bool IsSpent(DateTimeOffset now) => (Fault.Times >= 0 && Fired >= Fault.Times) || now > _ends;
}
