namespace KlingO3.Input.Media;

/// <summary>The HTTP client of the probe. It belongs to no connection and carries no key: rows are checked before anyone connects.</summary>
public static class MediaHttp
{
    private static readonly Lazy<HttpClient> Client = new(() => new HttpClient(new SocketsHttpHandler
    {
        // The probe follows redirects itself, where they are safe.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    }));

    /// <summary>One for the process.</summary>
    public static HttpClient Shared => Client.Value;
}
