using System.Diagnostics;

namespace KlingO3.Simulator;

/// <summary>Stops the simulator with whoever started it, so that a test run that is killed leaves nothing behind.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static async Task UntilEndAsync(int processId, CancellationToken cancel)
    {
        Process parent;
        try
        {
            parent = Process.GetProcessById(processId);
        }
        catch (ArgumentException)
        {
            return;
        }

        using (parent)
        {
            while (!parent.HasExited)
            {
                await Task.Delay(Interval, cancel);
            }
        }
    }

    public static async Task UntilStdinEndsAsync(CancellationToken cancel)
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer, cancel) > 0)
        {
        }
    }
}
