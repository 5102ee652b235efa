using System.Net;
using System.Net.Sockets;
using KlingO3.Webhooks.Http;

namespace KlingO3.Webhooks;

/// <summary>
/// Listens for deliveries, and answers each as soon as it is checked: what comes of it is done after the answer. Path, method, size and signature headers
/// are checked before the body is read.
/// </summary>
internal sealed class WebhookListener : IRequestHandler, IDisposable
{
    private readonly WebhookPrefix _prefix;
    private readonly WebhookVerifier _verifier;
    private readonly Func<string, bool> _take;
    private readonly Action<WebhookRefusal, string?> _refused;
    private HttpServer? _server;

    private WebhookListener(WebhookPrefix prefix, WebhookVerifier verifier, Func<string, bool> take, Action<WebhookRefusal, string?> refused) =>
        (_prefix, _verifier, _take, _refused) = (prefix, verifier, take, refused);

    /// <summary>What listens.</summary>
    internal HttpServer Server => _server!;

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Where, and what deliveries are checked with.</param>
    /// <param name="take">Takes the id that a good delivery names; false when it cannot now. Called on any thread, before the answer: it must not wait.</param>
    /// <param name="refused">Told of each refusal and of who sent it. Called on any thread.</param>
    /// <param name="time">The clock that the time of a signature is compared with.</param>
    /// <param name="limits">What may be spent on senders; the usual limits by default.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the prefix cannot be listened at.</exception>
    public static WebhookListener Start(
        WebhookOptions options, Func<string, bool> take, Action<WebhookRefusal, string?> refused, TimeProvider time, HttpLimits? limits = null)
    {
        options.Check();
        var prefix = WebhookPrefix.Parse(options.Prefix);
        var listener = new WebhookListener(prefix, new WebhookVerifier(options, time), take, refused);
        try
        {
            // The network keeps the real time, whatever clock the rest goes by.
            listener._server = HttpServer.Start(prefix, listener, limits ?? new HttpLimits(), TimeProvider.System);
        }
        catch (SocketException error)
        {
            throw prefix.Refused(error);
        }

        return listener;
    }

    /// <summary>Frees the port and closes every connection.</summary>
    public void Dispose() => _server?.Dispose();

    WebhookRefusal? IRequestHandler.CheckHead(RequestHead head)
    {
        if (!_prefix.HasPath(head.Path) || !_prefix.HasHost(head.Host))
        {
            return WebhookRefusal.WrongPath;
        }

        if (head.Method != "POST")
        {
            return WebhookRefusal.NotPost;
        }

        return head.ContentLength > DeliveryBody.Largest ? WebhookRefusal.TooLarge : _verifier.CheckHeaders(WebhookHeaders.From(head.Header));
    }

    WebhookRefusal? IRequestHandler.CheckBody(RequestHead head, ReadOnlyMemory<byte> body) =>
        _verifier.Check(WebhookHeaders.From(head.Header), body.Span)
            ?? (WebhookPayload.ReadId(body) is not { } id ? WebhookRefusal.NotJson : _take(id) ? null : WebhookRefusal.TooMany);

    void IRequestHandler.OnRefused(WebhookRefusal refusal, IPAddress sender) => _refused(refusal, sender.ToString());
}
