using KlingO3.Simulator;

SimulatorOptions options;
try
{
    options = SimulatorOptions.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

await using var host = SimulatorHost.Build(options);
await host.RunAsync();
return 0;
