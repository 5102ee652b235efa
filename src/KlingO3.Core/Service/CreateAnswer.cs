namespace KlingO3.Service;

/// <summary>What is known after one create request was sent once.</summary>
internal abstract record CreateAnswer
{
    /// <summary>The job exists and has this id.</summary>
    internal sealed record Accepted(string Id) : CreateAnswer;

    /// <summary>A documented refusal: nothing was created, and the same request would be refused again.</summary>
    internal sealed record Refused(KlingException Why) : CreateAnswer;

    /// <summary>HTTP 429: nothing was created, and all creates should pause.</summary>
    internal sealed record Held(KlingException Why) : CreateAnswer;

    /// <summary>No byte of the body left this machine: nothing was created, and the same request may be sent again.</summary>
    internal sealed record NotSent(KlingException Why) : CreateAnswer;

    /// <summary>The job may or may not exist. It counts as paid until it is settled.</summary>
    /// <param name="Reason">Why the answer proves nothing.</param>
    /// <param name="Why">The answer as an error, with the service's own words.</param>
    internal sealed record Lost(LostReason Reason, KlingException Why) : CreateAnswer
    {
        /// <summary>Ids in the answer's body: the job exists if the service knows one of them.</summary>
        public IReadOnlyList<string> Ids { get; init; } = [];

        /// <summary>What the answer means should the service know none of the ids: <see cref="Held"/> for a 429, else null.</summary>
        public CreateAnswer? IfUnknown { get; init; }
    }
}

/// <summary>Why the answer to a create proves nothing. It decides whether the row may be sent again once the list shows that no job was made.</summary>
internal enum LostReason
{
    /// <summary>No answer, or one that this API does not document (409, a redirect …): sent again once.</summary>
    NoAnswer,

    /// <summary>HTTP 5xx, whatever its body: sent again for as long as an outage is waited through.</summary>
    ServerError,

    /// <summary>A 2xx that names no id: the service took something, so it is never sent again by itself.</summary>
    Unreadable,

    /// <summary>A documented refusal whose body names an id: if no job was made, the refusal stands.</summary>
    Refusal,
}
