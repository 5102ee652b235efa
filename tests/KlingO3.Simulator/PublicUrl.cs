using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace KlingO3.Simulator;

/// <summary>What counts as a URL that the service could fetch: https, or plain http while it is on loopback, as the simulator is.</summary>
internal static class PublicUrl
{
    public static string? Judge(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return "value is not a string";
        }

        if (!Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            return "invalid or missing URL scheme";
        }

        if (url.IsLoopback)
        {
            return null;
        }

        return url.Scheme == "http" ? "URL must be https"
            : IPAddress.TryParse(url.DnsSafeHost, out var address) && IsPrivate(address) ? "URL must be public"
            : null;
    }

    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal;
        }

        return address.GetAddressBytes() switch
        {
            [10, ..] or [192, 168, ..] or [169, 254, ..] or [0, ..] => true,
            [172, var second, ..] => second is >= 16 and < 32,
            _ => false,
        };
    }
}
