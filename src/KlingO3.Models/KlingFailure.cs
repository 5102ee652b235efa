namespace KlingO3;

/// <summary>Why a job failed, in the service's words. Control characters and the like in them are visible (<c>\n</c>, <c>\u001B</c>).</summary>
public sealed record KlingFailure
{
    private readonly string? _code;
    private readonly string _message = "";
    private readonly string? _classification;

    /// <summary>The service's code (<c>INPUT_DOWNLOAD_ERROR</c>, <c>PROVIDER_REJECTED</c> …), where it gave one.</summary>
    public string? Code { get => _code; init => _code = VisibleText.Of(value); }

    /// <summary>The reason in words.</summary>
    public required string Message { get => _message; init => _message = VisibleText.Of(value); }

    /// <summary>Whether the service says that the same input may succeed another time; null where it does not say.</summary>
    public bool? Retryable { get; init; }

    /// <summary>The service's classification (<c>content_moderation</c>, <c>invalid_user_input</c> …), where it gave one.</summary>
    public string? Classification { get => _classification; init => _classification = VisibleText.Of(value); }

    /// <summary><c>CODE: message</c>.</summary>
    public override string ToString() => Code is null ? Message : $"{Code}: {Message}";
}
