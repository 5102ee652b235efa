using Microsoft.Net.Http.Headers;

namespace KlingO3.Simulator;

/// <summary>What a file's answer says of it.</summary>
internal sealed record FileFacts(string ContentType, string Tag, DateTimeOffset Modified, bool Ranges = true)
{
    public EntityTagHeaderValue ETag { get; } = new($"\"{Tag}\"");

    // The header has whole seconds, and conditions are compared with what it said.
    public DateTimeOffset LastModified { get; } = DateTimeOffset.FromUnixTimeSeconds(Modified.ToUnixTimeSeconds());
}
