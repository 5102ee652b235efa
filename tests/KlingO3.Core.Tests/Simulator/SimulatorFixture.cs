using Xunit;

namespace KlingO3.Core.Tests.Simulator;

/// <summary>One simulator for a class of tests that each <see cref="SimulatorProcess.ResetAsync">reset</see> it first.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    private SimulatorProcess? _simulator;

    public SimulatorProcess Simulator => _simulator ?? throw new InvalidOperationException("It is not started yet.");

    public async ValueTask InitializeAsync() => _simulator = await SimulatorProcess.StartAsync("--speed", "100");

    public ValueTask DisposeAsync() => _simulator?.DisposeAsync() ?? ValueTask.CompletedTask;
}
