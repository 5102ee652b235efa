namespace KlingO3;

/// <summary>Why a job failed, in the service's words.</summary>
public sealed record KlingFailure
{
    /// <summary>The service's code (<c>INPUT_DOWNLOAD_ERROR</c>, <c>PROVIDER_REJECTED</c> …), where it gave one.</summary>
    public string? Code { get; init; }

    /// <summary>The reason in words.</summary>
    public required string Message { get; init; }

    /// <summary>Whether the service says that the same input may succeed another time; null where it does not say.</summary>
    public bool? Retryable { get; init; }

    /// <summary>The service's classification (<c>content_moderation</c>, <c>invalid_user_input</c> …), where it gave one.</summary>
    public string? Classification { get; init; }

    /// <summary><c>CODE: message</c>.</summary>
    public override string ToString() => Code is null ? Message : $"{Code}: {Message}";
}
