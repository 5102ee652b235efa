using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace KlingO3.Simulator;

/// <summary>Tells webhooks of jobs that ended: three attempts, ten seconds apart. It never calls anything but loopback.</summary>
internal sealed class WebhookSender(SimulatedService service)
{
    private const int Attempts = 3;
    private const int AtOnce = 32;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    // Real time for a fast clock: half a minute of it may be too short for a listener on a busy machine.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(3);

    private readonly Lazy<HttpClient> _client = new(() => new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, MaxConnectionsPerServer = AtOnce })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    });

    /// <summary>Starts the deliveries of a job; called under a lock, so it does not wait for them.</summary>
    public void JobEnded(Job job)
    {
        if (job.WebhookUrl is null)
        {
            return;
        }

        if (new Uri(job.WebhookUrl).IsLoopback)
        {
            _ = Task.Run(() => DeliverAsync(job));
        }
        else
        {
            Interlocked.Increment(ref service.Tally.WebhooksSkipped);
        }
    }

    private async Task DeliverAsync(Job job)
    {
        var body = WebhookPayload.Of(job, service.Links.For(job, service.BaseUrl));
        try
        {
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                await service.Clock.Delay(attempt == 1 ? TimeSpan.Zero : Between, service.Stopping);
                Interlocked.Increment(ref service.Tally.Webhooks);
                if (await AttemptAsync(job, body, attempt))
                {
                    Interlocked.Increment(ref service.Tally.WebhooksDelivered);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (service.Stopping.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> AttemptAsync(Job job, byte[] body, int attempt)
    {
        var real = service.Clock.Real(TimeSpan.FromSeconds(30));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(service.Stopping);
        try
        {
            patience.CancelAfter(real > LeastPatience ? real : LeastPatience);
            using var request = Request(job, body, attempt);
            using var answer = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !service.Stopping.IsCancellationRequested))
        {
            return false;
        }
    }

    private HttpRequestMessage Request(Job job, byte[] body, int attempt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, job.WebhookUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (attempt > 1)
        {
            request.Headers.Add("X-Webhook-Redelivery", "true");
        }

        if (job.WebhookSecret is not { Length: > 0 } secret)
        {
            return request;
        }

        if (service.Settings.Current.LegacyWebhooks)
        {
            request.Headers.TryAddWithoutValidation("X-Webhook-Secret", secret);
            return request;
        }

        var timestamp = service.Told(service.Clock.Now).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. body];
        request.Headers.Add("X-Webhook-Timestamp", timestamp);
        request.Headers.Add("X-Webhook-Signature", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}");
        return request;
    }
}
