using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Polly;

namespace KlingO3.Service;

/// <summary>
/// The HTTP pipelines of a connection, from IHttpClientFactory: <see cref="Service"/> with retries, key and redirects, and
/// <see cref="Files"/> for downloads and uploads, which carries no key at all.
/// </summary>
internal sealed class HttpPipelines : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>A create is a few hundred bytes each way; the service answers in a second or two.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AllAttempts = TimeSpan.FromMinutes(3);
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20));
    private const int Attempts = 5;

    /// <summary>Asks for an address to upload to.</summary>
    public const string PresignPath = "upload/presign";

    private readonly ServiceProvider _provider;
    private readonly IHttpClientFactory _factory;

    public HttpPipelines(ConnectionOptions options, ExchangeLog log, TimeProvider time)
    {
        Secrets = new SecretRedactor(options.ApiKey);
        var repeat = new RepeatPolicy(time, Pauses, AllAttempts, Attempts);
        var once = Policy.NoOpAsync<HttpResponseMessage>();
        var services = new ServiceCollection();
        services.AddHttpClient(nameof(Service), client =>
            {
                client.BaseAddress = new Uri(options.BaseUri.AbsoluteUri.TrimEnd('/') + "/");
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
            })
            .AddPolicyHandler(request => IsSafeToRepeat(request) ? repeat : once)
            .AddHttpMessageHandler(() => new KeyEchoHandler(Secrets))
            .AddHttpMessageHandler(() => new AttemptHandler(AttemptTimeout, time))
            .AddHttpMessageHandler(() => new RedirectHandler())
            .AddHttpMessageHandler(() => new ExchangeHandler(log, withQuery: true))
            .AddHttpMessageHandler(() => new HeaderEchoHandler(Secrets))
            .AddHttpMessageHandler(() => new ApiKeyHandler(options.BaseUri, options.ApiKey, options.Authentication))
            .ConfigurePrimaryHttpMessageHandler(() => Transport(options, DecompressionMethods.All))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.AddHttpClient(nameof(Files), client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
            })
            .AddHttpMessageHandler(() => new ExchangeHandler(log, withQuery: false))
            .ConfigurePrimaryHttpMessageHandler(() => Transport(options, DecompressionMethods.None))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

        // The factory's own filters log, and hand SocketsHttpHandler a meter factory. The handler is the host's and knows the host's
        // System.Diagnostics.DiagnosticSource; the meter factory is of the copy in lib/: a MissingMethodException at the first request.
        services.RemoveAll<IHttpMessageHandlerBuilderFilter>();
        _provider = services.BuildServiceProvider();
        _factory = _provider.GetRequiredService<IHttpClientFactory>();
    }

    /// <summary>What the service's answers are redacted of.</summary>
    public SecretRedactor Secrets { get; }

    private static string UserAgent { get; } = $"KlingO3/{typeof(HttpPipelines).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <summary>For the service.</summary>
    public HttpClient Service() => _factory.CreateClient(nameof(Service));

    /// <summary>For files: no key, no body in memory, redirects left to the caller.</summary>
    public HttpClient Files() => _factory.CreateClient(nameof(Files));

    public void Dispose() => _provider.Dispose();

    /// <summary>Reading, cancelling and asking where to upload may be repeated. A create may not: there is no idempotency key.</summary>
    private static bool IsSafeToRepeat(HttpRequestMessage request) => request.Method == HttpMethod.Get
        || (request.RequestUri?.AbsolutePath is { } path
            && (path.EndsWith("/cancel", StringComparison.Ordinal) || path.EndsWith("/" + PresignPath, StringComparison.Ordinal)));

    private static SocketsHttpHandler Transport(ConnectionOptions options, DecompressionMethods decompression) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = decompression,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        Proxy = options.Proxy is { } proxy ? ProxyAt(proxy) : null,

        // Plain http is for this machine alone: the system's proxy would see the key.
        UseProxy = options.Proxy is not null || !options.BaseUri.IsLoopback,
    };

    /// <summary>A proxy at an address that may hold its user name and password.</summary>
    public static WebProxy ProxyAt(Uri address)
    {
        var user = address.UserInfo.Split(':', 2);
        return new WebProxy(ConnectionOptions.WithoutUser(address))
        {
            Credentials = user[0].Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? "")),
        };
    }
}
