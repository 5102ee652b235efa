namespace KlingO3.Webhooks;

/// <summary>What to listen at: the checks of a prefix, and what to do where it cannot be had.</summary>
/// <param name="Text">With a slash at the end.</param>
/// <param name="Path">The path of deliveries, without that slash.</param>
/// <param name="IsLocal">Whether only this machine reaches it.</param>
internal sealed record WebhookPrefix(string Text, string Path, bool IsLocal)
{
    private const string Example = "Give it as http://+:8080/kling/ (any address of this machine) or http://127.0.0.1:8080/kling/ (behind a proxy on this machine).";

    /// <summary>Stands for '+' and '*', which no Uri may have as its host.</summary>
    private const string Every = "every.address";

    /// <summary>Whether it is for every address of the machine.</summary>
    public bool IsEvery => HasWildcard(Text);

    /// <summary>The host: a name or an address, without brackets. It means nothing where <see cref="IsEvery"/>.</summary>
    public string Host => Address.DnsSafeHost;

    /// <summary>The port.</summary>
    public int Port => Address.Port;

    private Uri Address => new(Readable(Text));

    /// <summary>Reads a prefix.</summary>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>.</exception>
    public static WebhookPrefix Parse(string? text)
    {
        var prefix = text?.Trim() ?? "";
        if (!Uri.TryCreate(Readable(prefix), UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            || address.Query.Length + address.Fragment.Length + address.UserInfo.Length > 0
            || address.Host.Length == 0
            || (HasWildcard(prefix) && address.Host != Every)
            || address.Port == 0)
        {
            throw Unusable(prefix, "is not an address to listen at", Example);
        }

        if (address.Scheme == Uri.UriSchemeHttps)
        {
            throw Unusable(prefix, "is https, which the listener does not speak", "Listen at http, and let a proxy that has a certificate (Caddy, nginx, a tunnel) stand before it.");
        }

        return new WebhookPrefix(prefix.EndsWith('/') ? prefix : $"{prefix}/", address.AbsolutePath.TrimEnd('/'), address.IsLoopback);
    }

    /// <summary>Whether a path is the one of this prefix, and not something below it.</summary>
    public bool HasPath(string path) => path.AsSpan().TrimEnd('/').Equals(Path, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a request may be for this host. A prefix with an address, a wildcard or localhost only says where to listen: proxies and tunnels send
    /// their own host. A name is also the name that requests must be for.
    /// </summary>
    public bool HasHost(string? host)
    {
        if (IsEvery || host is null || Address.HostNameType != UriHostNameType.Dns || Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var colon = host.LastIndexOf(':');
        return Host.Equals(colon < 0 ? host : host[..colon], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Why it cannot be listened at.</summary>
    public KlingException Refused(Exception error) => Unusable(
        Text,
        $"cannot be listened at: {error.Message.TrimEnd('.')}",
        "Give another port, or end what listens there already. A port below 1024 may need an administrator. The address must be one of this machine, or '+' for all.",
        error);

    private static bool HasWildcard(string prefix)
    {
        var host = prefix.IndexOf("://", StringComparison.Ordinal) + 3;
        return host > 2 && host < prefix.Length && prefix[host] is '+' or '*';
    }

    private static string Readable(string prefix)
    {
        var host = prefix.IndexOf("://", StringComparison.Ordinal) + 3;
        return HasWildcard(prefix) ? $"{prefix[..host]}{Every}{prefix[(host + 1)..]}" : prefix;
    }

    private static KlingException Unusable(string prefix, string problem, string action, Exception? cause = null) =>
        new(KlingErrorId.InvalidInput, $"The prefix '{prefix}' {problem}.", action, cause);
}
