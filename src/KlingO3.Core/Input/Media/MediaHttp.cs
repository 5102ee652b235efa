using System.Net;

namespace KlingO3.Input.Media;

/// <summary>The HTTP clients of the probe. They carry no key.</summary>
public static class MediaHttp
{
    private static readonly Lazy<HttpClient> Client = new(() => Create(null));

    /// <summary>One for the process, for rows that are checked before anyone connects: it goes through the system's proxy, if there is one.</summary>
    public static HttpClient Shared => Client.Value;

    /// <summary>A client of a connection's own.</summary>
    /// <param name="proxy">The proxy of the connection; null for the system's.</param>
    internal static HttpClient Create(IWebProxy? proxy) => new(new SocketsHttpHandler
    {
        // The probe follows redirects itself, where they are safe.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        Proxy = proxy,
    });
}
