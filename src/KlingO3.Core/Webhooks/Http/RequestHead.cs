namespace KlingO3.Webhooks.Http;

/// <summary>The request line and the headers of a request, checked and understood.</summary>
internal sealed record RequestHead
{
    /// <summary>The method, as sent: methods are case-sensitive.</summary>
    public required string Method { get; init; }

    /// <summary>The path without the query, percent escapes as sent.</summary>
    public required string Path { get; init; }

    /// <summary>The host that the request is for, with its port where the sender gave one; null only in HTTP/1.0.</summary>
    public string? Host { get; init; }

    /// <summary>The length of the body in bytes; null where there is no <c>Content-Length</c>.</summary>
    public long? ContentLength { get; init; }

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Whether the sender waits for <c>100 Continue</c> before it sends the body.</summary>
    public bool ExpectsContinue { get; init; }

    /// <summary>The headers by name; repeated ones are joined with a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The value of a header, whatever the case of its name; null where there is none.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    // A record's own text would show the headers, and with them the secret.
    public override string ToString() => nameof(RequestHead);
}
