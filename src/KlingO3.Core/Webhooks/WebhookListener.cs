using System.Net;

namespace KlingO3.Webhooks;

/// <summary>
/// Listens for deliveries on HttpListener, and answers each as soon as it is checked: what comes of it is somebody else's work. No thread waits
/// for a client, and no client waits for another; whoever does not send within a time is hung up on.
/// </summary>
internal sealed class WebhookListener : IDisposable
{
    /// <summary>How long a body may take. The service's fit one packet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How many are read at once: each may hold 1 MB.</summary>
    private const int MostAtOnce = 1024;

    private readonly HttpListener _http = new() { IgnoreWriteExceptions = true };
    private readonly WebhookPrefix _prefix;
    private readonly WebhookVerifier _verifier;
    private readonly Func<string, bool> _take;
    private readonly Action<WebhookRefusal, string?> _refused;
    private readonly TimeProvider _time;
    private int _reading;
    private volatile bool _disposed;

    private WebhookListener(WebhookPrefix prefix, WebhookVerifier verifier, Func<string, bool> take, Action<WebhookRefusal, string?> refused, TimeProvider time)
    {
        (_prefix, _verifier, _take, _refused, _time) = (prefix, verifier, take, refused, time);
        _http.Prefixes.Add(prefix.Text);
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Where, and what deliveries are checked with.</param>
    /// <param name="take">Takes the id that a good delivery names; false when it cannot now. Called on any thread, before the answer: it must not wait.</param>
    /// <param name="refused">Told of each refusal and of who sent it. Called on any thread.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: the prefix cannot be listened at.</exception>
    public static WebhookListener Start(WebhookOptions options, Func<string, bool> take, Action<WebhookRefusal, string?> refused, TimeProvider time)
    {
        options.Check();
        var prefix = WebhookPrefix.Parse(options.Prefix);
        WebhookListener? listener = null;
        try
        {
            listener = new WebhookListener(prefix, new WebhookVerifier(options, time), take, refused, time);
            listener._http.Start();
        }
        catch (Exception error) when (error is HttpListenerException or ArgumentException or System.Net.Sockets.SocketException)
        {
            listener?.Dispose();
            throw prefix.Refused(error);
        }

        BackgroundTask.Run("accept deliveries", listener.AcceptAsync);
        return listener;
    }

    /// <summary>Frees the port and hangs up on everybody.</summary>
    public void Dispose()
    {
        _disposed = true;

        // The port is freed first. The managed listener then reads what is left of requests whose headers have not all come, for as long as
        // their senders please.
        var closing = Task.Run(_http.Close);
        BackgroundTask.Observe("close the listener", closing);
        Task.WaitAny([closing], StopGrace);
    }

    private async Task AcceptAsync()
    {
        while (!_disposed)
        {
            try
            {
                var context = await _http.GetContextAsync().ConfigureAwait(false);
                Prepare(context.Response);
                BackgroundTask.Run("answer a delivery", () => AnswerAsync(context));
            }
            catch (Exception error)
            {
                if (!_disposed)
                {
                    // Whatever one connection was about, the next one is accepted.
                    Report("accept deliveries", error);
                    await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var refusal = Interlocked.Increment(ref _reading) > MostAtOnce ? WebhookRefusal.TooMany : await JudgeAsync(context.Request).ConfigureAwait(false);
            if (refusal is not null)
            {
                _refused(refusal, Sender(context.Request));
            }

            Answer(context.Response, refusal);
        }
        catch (Exception error)
        {
            // The sender is gone, or the listener. Anything else must not leave the sender without an answer either.
            Report("answer a delivery", error);
            Abort(context);
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    private async Task<WebhookRefusal?> JudgeAsync(HttpListenerRequest request)
    {
        if (!_prefix.Has(request.Url))
        {
            return WebhookRefusal.WrongPath;
        }

        if (request.HttpMethod != "POST")
        {
            return WebhookRefusal.NotPost;
        }

        using var deadline = new CancellationTokenSource(Patience, _time);
        try
        {
            return await DeliveryBody.ReadAsync(request.InputStream, request.ContentLength64, deadline.Token).ConfigureAwait(false) is not { } body
                ? WebhookRefusal.TooLarge
                : _verifier.Check(WebhookHeaders.From(name => request.Headers[name]), body.Span)
                    ?? (WebhookPayload.ReadId(body) is not { } id ? WebhookRefusal.NotJson : _take(id) ? null : WebhookRefusal.TooMany);
        }
        catch (OperationCanceledException)
        {
            return WebhookRefusal.TooSlow;
        }
    }

    /// <summary>
    /// What a sender hears if the listener ends before it has judged: that the delivery was not taken. A connection that is kept would be
    /// read dry before it is closed, by a thread that waits for it; and one request after the other without a look at the answers would
    /// fill what goes back.
    /// </summary>
    private static void Prepare(HttpListenerResponse response)
    {
        response.StatusCode = WebhookRefusal.TooMany.StatusCode;
        response.KeepAlive = false;
    }

    private static void Answer(HttpListenerResponse response, WebhookRefusal? refusal)
    {
        response.StatusCode = refusal?.StatusCode ?? 200;
        if (refusal == WebhookRefusal.NotPost)
        {
            response.AddHeader("Allow", "POST");
        }

        response.ContentLength64 = 0;
        response.Close();
    }

    private static void Abort(HttpListenerContext context)
    {
        try
        {
            context.Response.Abort();
        }
        catch (Exception error)
        {
            // It is gone already.
            Report("abort a delivery", error);
        }
    }

    private static void Report(string work, Exception error)
    {
        if (!IsOfTheConnection(error))
        {
            KlingEventSource.Log.BackgroundFailed(work, error.GetType().Name);
        }
    }

    private static string? Sender(HttpListenerRequest request)
    {
        try
        {
            return request.RemoteEndPoint?.Address.ToString();
        }
        catch (Exception error) when (IsOfTheConnection(error) || error is NullReferenceException)
        {
            // Where the connection is gone, the managed listener has no socket to ask any more.
            return null;
        }
    }

    private static bool IsOfTheConnection(Exception error) =>
        error is HttpListenerException or IOException or InvalidOperationException or ProtocolViolationException or System.Net.Sockets.SocketException;
}
