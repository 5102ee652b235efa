using KlingO3.Bulk;

namespace KlingO3.Webhooks;

/// <summary>
/// Listens for webhooks only to know when to look: a delivery makes the watcher ask the service now, and is believed in nothing. Dispose it to
/// free the port; who still waits then waits by polling.
/// </summary>
public sealed class WebhookHints : IDisposable
{
    private readonly RefusalLog _refusals;
    private readonly IDisposable _expectation;
    private readonly WebhookListener _listener;

    internal WebhookHints(WebhookOptions options, PredictionWatcher watcher, IProgress<Notice> notices, TimeProvider time)
    {
        _refusals = new RefusalLog(notices, time);
        _listener = WebhookListener.Start(options, Take, _refusals.Add, time);
        _expectation = watcher.ExpectWebhooks(notices);

        bool Take(string id)
        {
            watcher.Hint(id);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _expectation.Dispose();
        _listener.Dispose();
        _refusals.Close();
    }
}
