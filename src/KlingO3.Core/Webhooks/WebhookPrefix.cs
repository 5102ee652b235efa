using System.Net;

namespace KlingO3.Webhooks;

/// <summary>What to listen at: the checks of a prefix, and what to do where it cannot be had.</summary>
/// <param name="Text">As HttpListener wants it, with a slash at the end.</param>
/// <param name="Path">The path of deliveries, without that slash.</param>
/// <param name="IsLocal">Whether only this machine reaches it.</param>
internal sealed record WebhookPrefix(string Text, string Path, bool IsLocal)
{
    private const string Example = "Give it as http://+:8080/kling/ (any address of this machine) or http://127.0.0.1:8080/kling/ (behind a proxy on this machine).";
    private const int AccessDenied = 5;

    /// <summary>Reads a prefix.</summary>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>.</exception>
    public static WebhookPrefix Parse(string? text)
    {
        var prefix = text?.Trim() ?? "";

        // '+' and '*' stand for every address; no Uri may have them as its host.
        var readable = prefix.Replace("://+", "://every.address", StringComparison.Ordinal).Replace("://*", "://every.address", StringComparison.Ordinal);
        if (!Uri.TryCreate(readable, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            || address.Query.Length + address.Fragment.Length + address.UserInfo.Length > 0
            || address.Port == 0)
        {
            throw Unusable(prefix, "is not an address to listen at", Example);
        }

        if (address.Scheme == Uri.UriSchemeHttps && !OperatingSystem.IsWindows())
        {
            throw Unusable(prefix, "is https, for which .NET can listen only on Windows", "Listen at http, and let a proxy that has a certificate (Caddy, nginx, a tunnel) stand before it.");
        }

        return new WebhookPrefix(prefix.EndsWith('/') ? prefix : $"{prefix}/", address.AbsolutePath.TrimEnd('/'), address.IsLoopback);
    }

    /// <summary>Whether a request is for this prefix, and not for something below it.</summary>
    public bool Has(Uri? address) => address is not null && string.Equals(address.AbsolutePath.TrimEnd('/'), Path, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why it cannot be listened at.</summary>
    public KlingException Refused(Exception error) => error is HttpListenerException { ErrorCode: AccessDenied } && OperatingSystem.IsWindows()
        ? Unusable(
            Text,
            "may not be listened at by this account",
            $"Once, as an administrator: netsh http add urlacl url={Text} user={Environment.UserDomainName}\\{Environment.UserName}. Or listen at http://localhost:PORT/, which needs no permission.",
            error)
        : Unusable(
            Text,
            $"cannot be listened at: {error.Message.TrimEnd('.')}",
            "Give another port, or end what listens there already. A port below 1024 may need an administrator. The address must be one of this machine, or '+' for all.",
            error);

    private static KlingException Unusable(string prefix, string problem, string action, Exception? cause = null) =>
        new(KlingErrorId.InvalidInput, $"The prefix '{prefix}' {problem}.", action, cause);
}
