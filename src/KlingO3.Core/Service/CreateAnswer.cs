namespace KlingO3.Service;

/// <summary>What is known after one create request was sent once.</summary>
internal abstract record CreateAnswer
{
    /// <summary>The job exists and has this id.</summary>
    internal sealed record Accepted(string Id) : CreateAnswer;

    /// <summary>The service said no for good: nothing was created.</summary>
    internal sealed record Refused(KlingException Why) : CreateAnswer;

    /// <summary>HTTP 429: nothing was created, and all creates should pause.</summary>
    internal sealed record Held(KlingException Why) : CreateAnswer;

    /// <summary>Nothing was created, and the same request may be sent again: the service's own 5xx, or no connection.</summary>
    internal sealed record NotCreated(KlingException Why) : CreateAnswer;

    /// <summary>No answer, or not the service's: the job may or may not exist. Never send again before it is settled.</summary>
    internal sealed record Lost(KlingException Why) : CreateAnswer;
}
