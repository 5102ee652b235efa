using System.Text.Json;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Bulk;
using KlingO3.Core.Tests.Simulator;
using KlingO3.Files;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>The key goes to the service in one header, and nowhere else.</summary>
public sealed class KeyTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private const string Key = "sim-0123456789-secret";

    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _shop = await Workshop.OpenOnAsync(fixture.Simulator);

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    [Theory]
    [InlineData(KlingAuthentication.ApiKey, "x-api-key")]
    [InlineData(KlingAuthentication.Bearer, "bearer")]
    public async Task It_goes_in_one_header_to_the_service_and_never_to_a_file_or_into_a_url(KlingAuthentication authentication, string header)
    {
        using var folder = new TemporaryFolder();
        var client = Client(authentication);

        var created = Assert.IsType<CreateResult>(Assert.Single(await Shop.CreateAsync(client, [Workshop.Row("[instant]")])));
        var ended = await client.WaitAsync(created.Prediction!, TimeSpan.FromSeconds(20), null, Cancel);
        await client.SaveAsync(ended, new SaveOptions { Destination = folder.Path }, null, Cancel);
        await client.CancelAsync(ended.Id!, Cancel);

        var state = await Shop.StateAsync();
        Assert.Equal((1, 1), (state.Number("creates"), state.Number("downloads")));
        Assert.Equal((0, 0, 0, 0), (state.Number("bothAuthHeaders"), state.Number("keysInUrls"), state.Number("keysSentToFiles"), state.Number("unauthorized")));
        var job = state.GetProperty("jobs")[0];
        Assert.Equal((header, Key), (job.GetProperty("headers").GetProperty("authentication").GetString(), job.GetProperty("key").GetString()));
    }

    [Theory]
    [InlineData("""{"on":"get","do":"status","status":401,"times":-1}""")]
    [InlineData("""{"on":"get","do":"status","status":403,"times":-1}""")]
    [InlineData("""{"on":"get","do":"html","status":200,"times":-1}""")]
    [InlineData("""{"on":"get","do":"json","body":"[1","times":-1}""")]
    [InlineData("""{"on":"get","do":"status","status":500,"times":-1}""")]
    [InlineData("""{"on":"get","do":"reset-before","times":-1}""")]
    [InlineData("""{"on":"get","do":"cut","bytes":3,"times":-1}""")]
    [InlineData("""{"on":"get","do":"status","status":302,"location":"http://localhost:1/","times":-1}""")]
    [InlineData("""{"on":"get","do":"status","status":401,"body":"{\"error\":\"there is no key sim-0123456789-secret here\"}","times":-1}""")]
    [InlineData("""{"on":"get","do":"json","body":"{\"status\":\"error\",\"output\":\"no key sim-0123456789-secret\",\"logs\":\"sim-0123456789-secret\"}","times":-1}""")]
    public async Task No_error_tells_it_even_if_the_service_repeats_it(string fault)
    {
        var id = await Shop.Simulator.CreatedAsync("[never]");
        await Shop.Simulator.FaultsAsync(JsonSerializer.Deserialize<JsonElement>(fault));
        var client = Client();

        object told;
        try
        {
            told = await client.GetAsync(id, Cancel);
        }
        catch (KlingException error)
        {
            told = error;
        }

        Assert.All(TextsOf(told), text => Assert.DoesNotContain("0123456789", text, StringComparison.Ordinal));
        Assert.True((await Shop.StateAsync()).Number("injected") > 0);
    }

    [Fact]
    public async Task A_create_that_is_refused_or_lost_does_not_tell_it()
    {
        foreach (var (status, body) in new[] { (401, "bad key " + Key), (503, Key), (500, $$"""{"error":"{{Key}}"}""") })
        {
            await using var server = new RawServer(call => call.AnswerAsync(status, body, $"X-Request-Id: {status}"));
            using var http = new HttpPipelines(Options with { BaseUri = server.Uri }, new ExchangeLog(), TimeProvider.System);
            var service = new KlingService(http.Service(), new ServiceClock(TimeProvider.System), TimeProvider.System);

            var answer = await service.CreateAsync(Workshop.Row("x"), Cancel);

            Assert.Equal(Key, Assert.Single(server.Requests)["X-API-Key"]);
            var why = Assert.IsType<KlingException>(answer.GetType().GetProperty("Why")!.GetValue(answer));
            Assert.All(TextsOf(why), text => Assert.DoesNotContain("0123456789", text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void No_text_of_anything_has_it()
    {
        using var client = Client();

        Assert.All(
            (object?[])[Options, client, client.Connection, JsonSerializer.Serialize(client.Connection), Options.ToConnection(), Options.AccountHash()],
            thing => Assert.DoesNotContain("0123456789", thing?.ToString() ?? "", StringComparison.Ordinal));
        Assert.Equal("…cret", client.Connection.ApiKey);
        Assert.Equal("…", (Options with { ApiKey = "short-key" }).ToConnection().ApiKey);
    }

    [Fact]
    public void Two_keys_and_two_services_are_four_accounts()
    {
        var other = new Uri("https://other.example/v1");
        ConnectionOptions[] all = [Options, Options with { ApiKey = "another-key-0" }, Options with { BaseUri = other }, Options with { ApiKey = "another-key-0", BaseUri = other }];

        Assert.Equal(4, all.Select(options => options.AccountHash()).Distinct().Count());
        Assert.Equal(Options.AccountHash(), (Options with { MaxConcurrent = 3, Authentication = KlingAuthentication.Bearer }).AccountHash());
    }

    [Fact]
    public async Task A_service_on_this_machine_is_never_asked_through_the_system_s_proxy()
    {
        // Which would see the key in clear text.
        await using var proxy = new RawServer(call => call.AnswerAsync(200, """{"status":"processing"}"""));
        await using var server = new RawServer(call => call.AnswerAsync(200, """{"status":"processing"}"""));
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new ProxyFor(server.Uri, proxy.Uri);
        try
        {
            using var client = KlingClient.Connect(Options with { BaseUri = server.Uri });
            await client.GetAsync("p-1", Cancel);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Single(server.Requests);
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public async Task A_proxy_that_was_given_is_used_and_gets_its_own_password_and_not_the_key_s_place()
    {
        await using var proxy = new RawServer(call => call.Request["Proxy-Authorization"] is null
            ? call.AnswerAsync(407, "", "Proxy-Authenticate: Basic realm=\"x\"")
            : call.AnswerAsync(200, """{"status":"processing"}"""));
        var address = new UriBuilder(proxy.Uri) { UserName = "me", Password = "p%40ss" }.Uri;
        using var client = KlingClient.Connect(Options with { BaseUri = new Uri("http://127.0.0.1:9/v1"), Proxy = address });

        await client.GetAsync("p-1", Cancel);

        var passed = proxy.Requests[^1];
        Assert.Equal("http://127.0.0.1:9/v1/prediction/p-1", passed.Target);
        Assert.Equal("Basic " + Convert.ToBase64String("me:p@ss"u8), passed["Proxy-Authorization"]);
        Assert.DoesNotContain("p%40ss", JsonSerializer.Serialize(client.Connection), StringComparison.Ordinal);
    }

    private static ConnectionOptions Options => new() { ApiKey = Key };

    private KlingClient Client(KlingAuthentication authentication = KlingAuthentication.ApiKey) =>
        Shop.Client(options => options with { ApiKey = Key, Authentication = authentication }, new ScaledTime(50));

    /// <summary>Everything that a user could be shown of it.</summary>
    private static List<string> TextsOf(object told)
    {
        if (told is not Exception error)
        {
            return [told.ToString()!, JsonSerializer.Serialize(told)];
        }

        var all = new List<string> { error.ToString() };
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            all.AddRange(inner.GetType().GetProperties().Where(property => property.Name != "TargetSite").Select(property => $"{property.GetValue(inner)}"));
            all.AddRange(inner.Data.Values.Cast<object?>().Select(value => $"{value}"));
        }

        return all;
    }

    private sealed class ProxyFor(Uri service, Uri proxy) : System.Net.IWebProxy
    {
        public System.Net.ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => destination.Authority == service.Authority ? proxy : null;

        public bool IsBypassed(Uri host) => GetProxy(host) is null;
    }
}
