using System.Net;

namespace KlingO3.Webhooks.Http;

/// <summary>Judges requests. Called on any thread; it must not wait.</summary>
internal interface IRequestHandler
{
    /// <summary>Judges a request by its request line and headers, before its body is read.</summary>
    /// <returns>Why it is refused; null to read the body.</returns>
    WebhookRefusal? CheckHead(RequestHead head);

    /// <summary>Judges a whole request, and takes it where it is good. It is answered right after.</summary>
    /// <returns>Why it is refused; null for 200.</returns>
    WebhookRefusal? CheckBody(RequestHead head, ReadOnlyMemory<byte> body);

    /// <summary>A request was refused, by this handler or by the server.</summary>
    void OnRefused(WebhookRefusal refusal, IPAddress sender);
}
