namespace KlingO3.Simulator;

/// <summary>A fault and how far it is. The <see cref="FaultPlan"/> changes it under its lock.</summary>
internal sealed class PlannedFault(Fault fault)
{
    public Fault Fault { get; } = fault;
    public int Skipped { get; set; }
    public int Fired { get; set; }
    public bool Spent => Fault.Times >= 0 && Fired >= Fault.Times;
}
