namespace KlingO3;

/// <summary>Work that nobody awaits. Where it fails although it handles its own errors, the failure is observed and becomes an event.</summary>
internal static class BackgroundTask
{
    /// <summary>Starts work on the thread pool.</summary>
    /// <param name="name">What it does, for the event.</param>
    /// <param name="work">The work.</param>
    public static void Run(string name, Func<Task> work) => Observe(name, Task.Run(work));

    /// <summary>Observes a task that was started elsewhere.</summary>
    /// <param name="name">What it does, for the event.</param>
    /// <param name="task">The task.</param>
    public static void Observe(string name, Task task) => task.ContinueWith(
        ended => KlingEventSource.Log.BackgroundFailed(name, ended.Exception!.GetBaseException().GetType().Name),
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
