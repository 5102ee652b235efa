using System.Diagnostics;
using Xunit;

namespace KlingO3.Core.Tests;

/// <summary>Waits for what must come to pass, and says so when it does not.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < Patience, "It did not come to pass.");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
