using System.Collections.Concurrent;
using System.Net;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Webhooks;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks;

/// <summary>Waiting by webhook: how often the service is asked, and that everything ends where none comes. Both sides live fifty seconds in each second.</summary>
public sealed class WaitByWebhookTests : IAsyncLifetime
{
    private const int TimesAsFast = 50;
    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;

    private readonly ConcurrentQueue<Notice> _notices = new();
    private ScaledTime _time = new(TimesAsFast);
    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Of their own: a signature is good for five minutes, so that the clocks must have begun together.
    public async ValueTask InitializeAsync()
    {
        _shop = await Workshop.OpenAsync("--speed", $"{TimesAsFast}", "--job-seconds", "100");
        _time = new ScaledTime(TimesAsFast);
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    [Fact]
    public async Task While_webhooks_come_the_service_is_asked_about_once_a_job()
    {
        var client = Client(TimeSpan.FromSeconds(5));
        var options = Delivery.Options();
        using var hints = client.ListenForHints(options, new Collector(_notices));

        var ended = await CreateAndWaitAsync(client, 30, options);

        Assert.All(ended, prediction => Assert.Equal(KlingStatus.Success, prediction.Status));
        var state = await Shop.StateAsync();
        Assert.Equal((30, 30), (state.Number("createCalls"), state.Number("webhooksDelivered")));
        Assert.InRange(state.Number("gets"), 30, 36);
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task With_every_webhook_lost_everything_ends_by_polling_and_only_the_first_is_late()
    {
        var client = Client(TimeSpan.FromSeconds(1));
        using var hints = client.ListenForHints(Delivery.Options(), new Collector(_notices));
        await Shop.Simulator.SettingsAsync(("job-seconds", 30));
        var began = _time.GetTimestamp();

        var ended = await CreateAndWaitAsync(client, 14, null);

        // 90 intervals until the first is missed; the second round ends like any other.
        Assert.All(ended, prediction => Assert.Equal(KlingStatus.Success, prediction.Status));
        Assert.InRange(_time.GetElapsedTime(began), TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(240));
        Assert.Contains("no webhook told of it", Assert.Single(_notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_comes_before_anybody_waits_is_remembered()
    {
        var client = Client(TimeSpan.FromMinutes(4));
        var options = Delivery.Options();
        using var hints = client.ListenForHints(options, new Collector(_notices));
        var row = Workshop.Row("[instant]") with { WebhookUrl = new Uri(options.Prefix!), WebhookSecret = Delivery.Secret };
        var created = Assert.IsType<CreateResult>(Assert.Single(await Shop.CreateAsync(client, [row]))).Prediction!;
        await Until.TrueAsync(async () => (await Shop.StateAsync()).Number("webhooksDelivered") == 1);

        var began = _time.GetTimestamp();
        var ended = await client.WaitAsync(created, Forever, null, Cancel, byWebhook: true);

        Assert.Equal(KlingStatus.Success, ended.Status);
        Assert.True(_time.GetElapsedTime(began) < TimeSpan.FromMinutes(3));
        Assert.Equal(1, (await Shop.StateAsync()).Number("gets"));
    }

    [Fact]
    public async Task A_wait_that_is_nearly_over_asks_all_the_same()
    {
        var client = Client(TimeSpan.FromSeconds(5));
        using var hints = client.ListenForHints(Delivery.Options(), new Collector(_notices));
        await Shop.Simulator.SettingsAsync(("job-seconds", 20));
        var created = Assert.IsType<CreateResult>(Assert.Single(await Shop.CreateAsync(client, [Workshop.Row("one")]))).Prediction!;

        Assert.Equal(KlingStatus.Success, (await client.WaitAsync(created, TimeSpan.FromSeconds(120), null, Cancel, byWebhook: true)).Status);
    }

    [Fact]
    public async Task One_who_does_not_wait_by_webhook_is_not_held_up_by_one_who_does()
    {
        var client = Client(TimeSpan.FromSeconds(5));
        using var hints = client.ListenForHints(Delivery.Options(), new Collector(_notices));
        await Shop.Simulator.SettingsAsync(("job-seconds", 60));
        var created = Assert.IsType<CreateResult>(Assert.Single(await Shop.CreateAsync(client, [Workshop.Row("one")]))).Prediction!;
        var began = _time.GetTimestamp();

        var patient = client.WaitAsync(created, Forever, null, Cancel, byWebhook: true);
        await client.WaitAsync(created, Forever, null, Cancel);
        await patient;

        Assert.True(_time.GetElapsedTime(began) < TimeSpan.FromSeconds(200));
    }

    [Fact]
    public async Task A_forged_webhook_makes_nobody_look_and_one_for_a_job_that_still_runs_only_at_every_interval()
    {
        var client = Client(TimeSpan.FromSeconds(20));
        var options = Delivery.Options();
        using var hints = client.ListenForHints(options, new Collector(_notices));
        var created = Assert.IsType<CreateResult>(Assert.Single(await Shop.CreateAsync(client, [Workshop.Row("[never]")]))).Prediction!;
        using var cancel = new CancellationTokenSource();
        var wait = client.WaitAsync(created, Forever, null, cancel.Token, byWebhook: true);
        using var http = new HttpClient();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Delivery.Of(created.Id!, "forged", _time.GetUtcNow()).SendAsync(http, options.Prefix!));
        }

        await Task.Delay(200, Cancel);
        Assert.Equal(0, (await Shop.StateAsync()).Number("gets"));
        var began = _time.GetTimestamp();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await Delivery.Of(created.Id!, at: _time.GetUtcNow()).SendAsync(http, options.Prefix!));
        }

        await Until.TrueAsync(async () => (await Shop.StateAsync()).Number("gets") >= 3);
        Assert.True(_time.GetElapsedTime(began) > TimeSpan.FromSeconds(35));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private KlingClient Client(TimeSpan interval) => Shop.Client(options => options with { PollInterval = interval }, _time);

    /// <summary>As the pipeline does it: each is waited for as soon as it is created.</summary>
    private async Task<KlingPrediction[]> CreateAndWaitAsync(KlingClient client, int count, WebhookOptions? webhook)
    {
        var run = Shop.Run(client);
        var waits = new List<Task<KlingPrediction>>();
        for (var i = 0; i < count; i++)
        {
            var row = Workshop.Row($"take {i}");
            var ticket = run.Submit(
                webhook is null ? row : row with { WebhookUrl = new Uri(webhook.Prefix!), WebhookSecret = webhook.Secret }, Cancel);
            waits.Add(WaitAsync(ticket));
            await ticket.NextMayStart;
        }

        return await Task.WhenAll(waits);

        async Task<KlingPrediction> WaitAsync(CreateTicket ticket) =>
            await client.WaitAsync((await ticket.Result).Prediction!, Forever, null, Cancel, byWebhook: true);
    }

    private sealed class Collector(ConcurrentQueue<Notice> notices) : IProgress<Notice>
    {
        public void Report(Notice value) => notices.Enqueue(value);
    }
}
