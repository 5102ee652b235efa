namespace KlingO3.Running;

/// <summary>A prediction that runs at the service, as the pipeline sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name of its row.</param>
/// <param name="Batch">The batch of its row.</param>
/// <param name="Model">The slug of its model, where it is known.</param>
/// <param name="Seen">When the pipeline first saw it.</param>
/// <param name="CreatedAt">When it was created; when the pipeline first saw it, where that is not known.</param>
/// <param name="Handed">Whether it went to the user, or to a command that is not ours.</param>
internal sealed record RunningJob(string Id, string? Name, string? Batch, string? Model, DateTimeOffset Seen, DateTimeOffset CreatedAt, bool Handed)
{
    /// <summary>How long it has run.</summary>
    public TimeSpan Age(DateTimeOffset now) => now > CreatedAt ? now - CreatedAt : TimeSpan.Zero;
}
