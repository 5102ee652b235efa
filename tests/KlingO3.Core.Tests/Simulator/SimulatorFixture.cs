using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>One simulator for a class of tests that each <see cref="SimulatorProcess.ResetAsync">reset</see> it first.</summary>
public class SimulatorFixture : IAsyncLifetime
{
    private SimulatorProcess? _simulator;

    /// <summary>How many times as fast as the real one its clock runs.</summary>
    protected virtual int Speed => 100;

    public SimulatorProcess Simulator => _simulator ?? throw new InvalidOperationException("It is not started yet.");

    public async ValueTask InitializeAsync() => _simulator = await SimulatorProcess.StartAsync("--speed", $"{Speed}");

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_simulator?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
