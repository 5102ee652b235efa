using System.Globalization;
using System.Net.Http.Headers;
using KlingO3.Bulk;

namespace KlingO3.Service;

/// <summary>
/// The calls of the service, one HTTP exchange each. Everything that is safe to repeat is retried below (<see cref="RepeatPolicy"/>);
/// a create is sent once, and what its answer proves is told by <see cref="CreateAnswer"/>.
/// </summary>
/// <param name="http">The service's pipeline: retries, key, redirects, one attempt's limits.</param>
/// <param name="clock">Learns the service's time from its answers.</param>
/// <param name="time">The local clock.</param>
internal sealed class KlingService(HttpClient http, ServiceClock clock, TimeProvider time)
{
    /// <summary>The most rows of one page of executions.</summary>
    public const int PageSize = 100;

    private static readonly TimeSpan ClockTimeout = TimeSpan.FromSeconds(3);
    private readonly BalancePace _balances = new(time);
    private readonly ClockTries _clockTries = new(time);

    /// <summary>Redacts the service's texts for people.</summary>
    public Func<string, string> Redact { get; init; } = text => text;

    /// <summary>Sends a create once.</summary>
    public async Task<CreateAnswer> CreateAsync(VideoRequest request, CancellationToken cancellationToken)
    {
        using var content = new TrackedContent(CreateBody.Write(request));
        var requestId = Guid.NewGuid().ToString();
        try
        {
            // The trailing slash is the page's.
            using var message = new HttpRequestMessage(HttpMethod.Post, "prediction/") { Content = content };
            message.Headers.TryAddWithoutValidation("X-Request-Id", requestId);
            message.Options.Set(SecretRedactor.WebhookSecret, request.WebhookSecret);
            return CreateAnswerReader.Read(await SendAsync(message, cancellationToken).ConfigureAwait(false), requestId);
        }
        catch (HttpRequestException error) when (!content.Begun)
        {
            return new CreateAnswer.NotSent(ServiceErrors.Network("reach the service to create the video", error));
        }
        catch (Exception error) when (content.Begun)
        {
            // A lost connection, an answer too large to be one of the service's, or anything else: the body was sent.
            return CreateAnswerReader.NoAnswer(error, requestId);
        }
    }

    /// <summary>Asks for a prediction.</summary>
    public Task<PredictionState> GetAsync(string id, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"prediction/{Uri.EscapeDataString(id)}", $"tell about prediction {id}", id, body => WireReader.Prediction(body).Redacted(Redact), cancellationToken);

    /// <summary>Cancels a job. Best effort: it may still finish. Safe to repeat.</summary>
    public Task CancelAsync(string id, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, $"prediction/{Uri.EscapeDataString(id)}/cancel", $"cancel prediction {id}", id, body => body.Length, cancellationToken);

    /// <summary>Asks for an address that a file can be PUT to within 15 minutes. Safe to repeat: one that is not used is nothing.</summary>
    /// <param name="contentType">The media type of the file.</param>
    /// <param name="kind">image, video, audio or other.</param>
    /// <param name="expiresIn">How long the file shall live; null for the service's own default.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<UploadSlot> PresignAsync(string contentType, string kind, TimeSpan? expiresIn, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(PresignBody.Write(contentType, kind, expiresIn));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await AskAsync(HttpMethod.Post, HttpPipelines.PresignPath, "prepare an upload", null, WireReader.Upload, cancellationToken, content).ConfigureAwait(false);
    }

    /// <summary>
    /// One page of everything that the organisation ran, newest first. The window alone is asked for, not the model: the service may name it
    /// otherwise than the row does.
    /// </summary>
    /// <param name="from">The earliest creation time, by the service's clock; null for the service's own default.</param>
    /// <param name="to">The latest creation time, by the service's clock; null for now.</param>
    /// <param name="offset">How many rows to skip.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<ExecutionPage> ExecutionsAsync(DateTimeOffset? from, DateTimeOffset? to, int offset, CancellationToken cancellationToken)
    {
        var since = from is { } start ? $"&from={Rfc3339(start)}" : "";
        var until = to is { } end ? $"&to={Rfc3339(end)}" : "";
        var path = $"executions?limit={PageSize}&offset={offset.ToString(CultureInfo.InvariantCulture)}{since}{until}";
        return AskAsync(HttpMethod.Get, path, "list the executions", null, WireReader.Executions, cancellationToken);
    }

    /// <summary>Learns the service's clock from the <c>Date</c> of an answer, if it is not known yet. Never fails, and takes three seconds at the most.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task EnsureClockAsync(CancellationToken cancellationToken)
    {
        if (clock.IsKnown || !_clockTries.TryStart())
        {
            return;
        }

        using var timer = new CancellationTokenSource(ClockTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "executions?limit=1");
            await SendAsync(message, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or KlingException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>What the service says of a model, under its newer or its older address.</summary>
    public async Task<KlingModel> ModelAsync(string slug, CancellationToken cancellationToken)
    {
        var (what, name) = ($"tell about model {slug}", Uri.EscapeDataString(slug));
        try
        {
            return await AskAsync(HttpMethod.Get, $"models/{name}", what, null, body => WireReader.Model(slug, body), cancellationToken).ConfigureAwait(false);
        }
        catch (KlingException error) when (error.ErrorId == KlingErrorId.NotFound)
        {
            return await AskAsync(HttpMethod.Get, $"model?slug={name}", what, null, body => WireReader.Model(slug, body), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The balance of the account, in USD.</summary>
    public Task<decimal> BalanceAsync(CancellationToken cancellationToken) => _balances.AskAsync(
        () => AskAsync(HttpMethod.Get, "billing/balance", "tell the balance", null, WireReader.Balance, cancellationToken), cancellationToken);

    private static string Rfc3339(DateTimeOffset value) => Uri.EscapeDataString(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private async Task<T> AskAsync<T>(HttpMethod method, string path, string what, string? predictionId, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken, HttpContent? content = null)
    {
        using var message = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            var answer = await SendAsync(message, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccess ? read(answer.Body) : throw ServiceErrors.From(answer, what);
        }
        catch (HttpRequestException error)
        {
            throw ServiceErrors.Network(what, error).About(predictionId);
        }
        catch (KlingException error)
        {
            throw error.About(predictionId);
        }
    }

    private async Task<ServiceAnswer> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
        clock.Observe(response.Headers.Date);
        return await ServiceAnswer.ReadAsync(response, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets the clock be asked for once a minute at most, so that a list that does not answer delays no more than that.</summary>
    private sealed class ClockTries(TimeProvider time)
    {
        private long _last;
        private bool _any;

        public bool TryStart()
        {
            lock (this)
            {
                if (_any && time.GetElapsedTime(_last) < TimeSpan.FromMinutes(1))
                {
                    return false;
                }

                (_any, _last) = (true, time.GetTimestamp());
                return true;
            }
        }
    }
}
