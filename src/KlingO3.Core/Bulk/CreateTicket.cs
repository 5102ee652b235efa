namespace KlingO3.Bulk;

/// <summary>One row on its way.</summary>
/// <param name="result">See <see cref="Result"/>.</param>
/// <param name="nextMayStart">See <see cref="NextMayStart"/>.</param>
public sealed class CreateTicket(Task<CreateResult> result, Task nextMayStart)
{
    /// <summary>
    /// What becomes of the row. Faults with <see cref="KlingException"/> if the row was refused or could not be settled, and is
    /// cancelled if it was withdrawn.
    /// </summary>
    public Task<CreateResult> Result { get; } = result;

    /// <summary>
    /// Completes when the next row may be handed over: this one is answered, or is being settled, or its answer is slow. Never faults.
    /// </summary>
    public Task NextMayStart { get; } = nextMayStart;
}
