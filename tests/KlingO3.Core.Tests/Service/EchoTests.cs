using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using KlingO3.Service;
using KlingO3.Webhooks;
using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>A service that repeats the key, or a webhook secret, wherever it says anything: neither is shown nor stored.</summary>
public sealed class EchoTests : IDisposable
{
    private const string Key = "sim-k3y/0123456789+aB%cd==";
    private const string Hush = "wh/s3cret-0123456789";
    private const string Trace = "0123456789";

    private readonly TemporaryFolder _home = new();
    private readonly ConcurrentQueue<string> _shown = new();

    public static TheoryData<string> Forms => [.. Echo.Forms.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_key_is_nowhere_although_every_answer_repeats_it(string form)
    {
        var echo = Echo.Forms[form](Key);
        await using var server = new RawServer(call => AnswerAsync(call, echo));
        using (var client = Connect(server))
        {
            await UseEverythingAsync(client, null);
        }

        Assert.Contains(_shown, text => text.Contains("***", StringComparison.Ordinal));
        AssertNothingShown();
        Assert.All(server.Requests, request => Assert.DoesNotContain(Trace, Echo.Plain(request.Target), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_webhook_secret_of_a_create_is_nowhere_although_every_answer_repeats_it(string form)
    {
        var echo = Echo.Forms[form](Hush);
        await using var server = new RawServer(call => AnswerAsync(call, echo));
        using (var client = Connect(server))
        {
            await UseEverythingAsync(client, Hush);
        }

        Assert.Contains(_shown, text => text.Contains("***", StringComparison.Ordinal));
        AssertNothingShown();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX-Bad {0}\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n{0} : x\r\n\r\n")]
    [InlineData("HTTP/1.1 2{0} OK\r\n\r\n")]
    [InlineData("{0}\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{0}\r\n")]
    public async Task An_answer_that_is_no_HTTP_is_told_of_without_the_key(string answer)
    {
        await using var server = new RawServer(async call =>
        {
            await call.SendAsync(Encoding.Latin1.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, answer, Key)));
            call.Close();
        });
        using (var client = Connect(server))
        {
            await ShowAsync(() => client.GetAsync("p-1", Cancel));
            await ShowAsync(() => CreateAsync(client, null));
        }

        Assert.Contains(_shown, text => text.Contains(nameof(KlingErrorId.NetworkError), StringComparison.Ordinal));
        AssertNothingShown();
    }

    [Fact]
    public async Task A_redirect_to_an_address_with_the_key_is_not_followed()
    {
        await using var server = new RawServer(call => call.AnswerAsync(307, "", $"Location: /v2/{Uri.EscapeDataString(Key)}"));
        using var client = Connect(server);

        var error = await Assert.ThrowsAsync<KlingException>(() => client.GetAsync("p-1", Cancel));

        Assert.Equal((KlingErrorId.BadResponse, 307), (error.ErrorId, error.StatusCode));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_key_in_the_place_of_an_id_or_a_model_is_refused_and_not_sent()
    {
        await using var server = new RawServer(call => call.AnswerAsync(200, """{"status":"processing"}"""));
        using (var client = Connect(server))
        {
            foreach (var ask in (Func<Task>[])[() => client.GetAsync(Key, Cancel), () => client.CancelAsync($"x{Key}", Cancel), () => client.GetModelAsync(Key, Cancel)])
            {
                var error = await Assert.ThrowsAsync<KlingException>(ask);
                Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
                Show(error);
            }
        }

        Assert.Equal(0, server.Connections);
        AssertNothingShown();
        Assert.Equal(
            KlingErrorId.InvalidInput,
            Assert.Throws<KlingException>(() => KlingClient.Connect(new ConnectionOptions { ApiKey = Key, BaseUri = new Uri($"https://proxy.example/{Key}/v1") })).ErrorId);
    }

    [Fact]
    public async Task A_webhook_delivery_that_names_a_secret_as_its_prediction_is_refused_without_saying_it()
    {
        await using var server = new RawServer(call => call.AnswerAsync(404, "{}"));
        using (var client = Connect(server, "sim-0123456789-key"))
        {
            foreach (var id in (string[])["sim-0123456789-key", "hush-0123456789"])
            {
                var options = new WebhookOptions { Secret = "hush-0123456789", AllowLegacySecret = true };
                var body = Encoding.UTF8.GetBytes($$"""{"exec_id":"{{id}}","status":"failed"}""");
                var error = await Assert.ThrowsAsync<KlingException>(() =>
                    client.ReadWebhookAsync(body, name => name == "X-Webhook-Secret" ? options.Secret : null, options, Cancel));
                Assert.Equal(KlingErrorId.WebhookRejected, error.ErrorId);
                Show(error);
            }
        }

        Assert.Equal(0, server.Connections);
        AssertNothingShown();
    }

    [Fact]
    public async Task An_input_that_holds_a_webhook_secret_s_words_stays_as_it_is()
    {
        // Lost creates are found by it.
        await using var server = new RawServer(call => call.Request.Method == "POST"
            ? call.AnswerAsync(200, """{"status":"success","predictionID":"p-1"}""")
            : call.AnswerAsync(200, """{"id":"p-1","status":"error","input":{"prompt":"a street film"},"logs":"a street film"}"""));
        using var client = Connect(server);
        await CreateAsync(client, "street film");

        var prediction = await client.GetAsync("p-1", Cancel);

        Assert.Equal("a ***********", prediction.Logs);
        Assert.Equal("a street film", await InputOfAsync(server));
    }

    [Fact]
    public void The_text_of_a_row_has_no_secret() =>
        Assert.DoesNotContain(Hush, (Workshop.Row("x") with { WebhookUrl = new Uri("https://hooks.example.com"), WebhookSecret = Hush }).ToString(), StringComparison.Ordinal);

    private static async Task<string> InputOfAsync(RawServer server)
    {
        using var http = new HttpPipelines(new ConnectionOptions { ApiKey = Key, BaseUri = server.At("v1") }, new ExchangeLog(), TimeProvider.System);
        http.Secrets.Add("street film");
        var service = new KlingService(http.Service(), new ServiceClock(TimeProvider.System), TimeProvider.System) { Redact = http.Secrets.Redact };
        return (string)(await service.GetAsync("p-1", Cancel)).Input!["prompt"]!;
    }

    /// <summary>Every call of the service, each refused or failed in words that hold the echo.</summary>
    private static Task AnswerAsync(RawCall call, string echo)
    {
        var (method, target) = (call.Request.Method, call.Request.Target);
        var refusal = $$$"""{"status":"error","message":"no {{{echo}}}","details":{"given":"{{{echo}}}","list":["{{{echo}}}"]},"error":"{{{echo}}}"}""";
        var (status, body) = (method, target) switch
        {
            ("POST", "/v1/prediction/") when call.Request.Text.Contains("refused", StringComparison.Ordinal) => (422, refusal),
            ("POST", "/v1/prediction/") when call.Request.Text.Contains("unreadable", StringComparison.Ordinal) => (200, refusal),
            ("POST", "/v1/prediction/") => (200, $$$"""{"status":"success","message":"{{{echo}}}","predictionID":"p-1"}"""),
            ("GET", "/v1/prediction/p-1") => (200, $$$"""{"id":"p-1","status":"error","output":{"error_code":"{{{echo}}}","error_message":"no {{{echo}}}","classification":"{{{echo}}}"},"logs":"{{{echo}}}"}"""),
            ("GET", "/v1/prediction/p-2") => (200, $$$"""{"id":"p-2","status":"error","output":{"given":"{{{echo}}}"}}"""),
            ("GET", var list) when list.StartsWith("/v1/executions", StringComparison.Ordinal) => (200, """{"executions":[]}"""),
            ("GET", "/v1/prediction/p-3") => (302, refusal),
            _ => (403, refusal),
        };
        return WriteAsync(call, status, echo, body);
    }

    private static Task WriteAsync(RawCall call, int status, string echo, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        string[] headers =
        [
            $"X-Request-Id: {echo}", $"X-{Trace}: x", $"Location: http://other.example/{echo}", $"Content-Type: application/json; x=\"{echo}\"",
            $"Set-Cookie: {echo}", $"Retry-After: {echo}", $"Date: {echo}", $"Content-Length: {bytes.Length}",
        ];
        return call.SendAsync((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 {status} {echo}\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n"), .. bytes]);
    }

    private async Task UseEverythingAsync(KlingClient client, string? secret)
    {
        client.Exchanged += notice => _shown.Enqueue(notice.Message);
        await ShowAsync(() => CreateAsync(client, secret));
        await ShowAsync(() => CreateAsync(client, secret, "refused"));
        await ShowAsync(() => CreateAsync(client, secret, "unreadable"));
        await ShowAsync(() => client.WaitAsync(new KlingPrediction { Id = "p-1" }, TimeSpan.FromMinutes(5), null, Cancel));
        await ShowAsync(() => client.GetAsync("p-2", Cancel));
        await ShowAsync(() => client.GetAsync("p-3", Cancel));
        await ShowAsync(() => client.GetAsync("p-4", Cancel));
        await ShowAsync(() => client.CancelAsync("p-1", Cancel));
        await ShowAsync(() => client.GetBalanceAsync(Cancel));
        await ShowAsync(() => client.GetModelAsync("a-model", Cancel));
        await ShowAsync(() => client.SaveAsync(new KlingPrediction { Id = "p-2" }, new SaveOptions { Destination = _home.File("videos") }, null, Cancel));
        var clip = _home.File("clip.mp4");
        await File.WriteAllTextAsync(clip, "x", Cancel);
        await ShowAsync(() => client.PublishAsync(clip, new UploadOptions(), new Notices(_shown), Cancel));
        foreach (var known in client.List(new PredictionQuery()))
        {
            Show(known);
        }
    }

    private async Task<IReadOnlyList<object>> CreateAsync(KlingClient client, string? secret, string prompt = "taken")
    {
        var run = client.BeginCreates(new CreateOptions(), new Notices(_shown));
        var row = Workshop.Row(prompt, "spring", prompt) with { WebhookUrl = new Uri("https://hooks.example.com/kling"), WebhookSecret = secret };
        var ticket = run.Submit(row, Cancel);
        return [await ticket.Result, run.Report];
    }

    private KlingClient Connect(RawServer server, string key = Key) => KlingClient.Connect(
        new ConnectionOptions { ApiKey = key, BaseUri = server.At("v1"), Home = _home.File("ledger"), SettleDelay = TimeSpan.FromSeconds(1) }, new ScaledTime(500));

    private async Task ShowAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            Show((await ask())!);
        }
        catch (KlingException error)
        {
            Show(error);
        }
    }

    /// <summary>Everything that a user could be shown of it.</summary>
    private void Show(object thing)
    {
        if (thing is IEnumerable<object> many)
        {
            foreach (var one in many)
            {
                Show(one);
            }

            return;
        }

        _shown.Enqueue(thing.ToString()!);
        if (thing is not Exception error)
        {
            _shown.Enqueue(JsonSerializer.Serialize(thing, thing.GetType()));
            return;
        }

        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            foreach (var property in inner.GetType().GetProperties().Where(property => property.Name != "TargetSite"))
            {
                _shown.Enqueue($"{property.GetValue(inner)}");
            }
        }
    }

    private void AssertNothingShown()
    {
        Assert.All(_shown, text => Assert.DoesNotContain(Trace, Echo.Plain(text), StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(_home.Path, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Trace, Echo.Plain(Encoding.Latin1.GetString(File.ReadAllBytes(file))), StringComparison.Ordinal);
        }
    }

    private sealed class Notices(ConcurrentQueue<string> shown) : IProgress<Notice>
    {
        public void Report(Notice value) => shown.Enqueue(value.Message);
    }
}
