using System.Net;
using System.Net.Sockets;

namespace KlingO3.Input.Checks;

/// <summary>Where a host is, as far as its name tells. No name is looked up.</summary>
internal enum HostPlace
{
    /// <summary>On the internet, as far as can be told.</summary>
    Public,

    /// <summary>On this computer.</summary>
    Loopback,

    /// <summary>On a private network.</summary>
    Private,

    /// <summary>Nowhere: it is no name that a host can have.</summary>
    Nowhere,
}

/// <summary>Tells public hosts from others.</summary>
internal static class PublicHost
{
    /// <summary>Names that no public server has (RFC 6762, RFC 8375, RFC 2606 and the custom of routers and clouds).</summary>
    private static readonly string[] PrivateEndings =
        [".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".private", ".home.arpa", ".invalid", ".test", ".localdomain"];

    /// <summary>Whether a file may be fetched from a URL: https to a public host, or http and https to this computer while the service itself is on it.</summary>
    /// <param name="url">The URL, after each redirect too.</param>
    /// <param name="allowLoopback">Whether the service is on this computer.</param>
    public static bool MayFetch(Uri url, bool allowLoopback) => Of(url) switch
    {
        HostPlace.Public => url.Scheme == Uri.UriSchemeHttps,
        HostPlace.Loopback => allowLoopback && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps),
        _ => false,
    };

    public static HostPlace Of(Uri url)
    {
        // IdnHost has full-width digits and other look-alikes made plain; a dot at the end is no difference.
        if (NameOf(url) is not { } name)
        {
            return HostPlace.Nowhere;
        }

        var host = name.TrimEnd('.');
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return Of(address);
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return HostPlace.Loopback;
        }

        return !host.Contains('.') || Array.Exists(PrivateEndings, ending => host.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            ? HostPlace.Private
            : HostPlace.Public;
    }

    private static string? NameOf(Uri url)
    {
        try
        {
            return url.IdnHost;
        }
        catch (Exception exception) when (exception is UriFormatException or ArgumentException)
        {
            // Uri takes hosts that IDNA does not, and tells so only when it is asked.
            return null;
        }
    }

    /// <summary>Where an address is.</summary>
    public static HostPlace Of(IPAddress address)
    {
        if (Embedded(address) is { } inner)
        {
            return Of(inner);
        }

        if (IPAddress.IsLoopback(address))
        {
            return HostPlace.Loopback;
        }

        var bytes = address.GetAddressBytes();
        return (address.AddressFamily == AddressFamily.InterNetwork ? IsPrivate4(bytes) : IsPrivate6(bytes)) ? HostPlace.Private : HostPlace.Public;
    }

    /// <summary>The IPv4 address inside an IPv6 one: mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96) or 6to4 (2002::/16).</summary>
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : bytes.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) ? new IPAddress(bytes.AsSpan(12))
            : bytes[0] == 0x20 && bytes[1] == 0x02 ? new IPAddress(bytes.AsSpan(2, 4))
            : null;
    }

    /// <summary>The special-purpose blocks of RFC 6890 that are not reachable from everywhere.</summary>
    private static bool IsPrivate4(byte[] b) => (b[0], b[1], b[2]) switch
    {
        (0 or 10, _, _) => true,
        (100, >= 64 and < 128, _) => true,
        (169, 254, _) => true,
        (172, >= 16 and < 32, _) => true,
        (192, 168, _) or (192, 0, 0) or (192, 0, 2) => true,
        (198, 18 or 19, _) or (198, 51, 100) or (203, 0, 113) => true,
        ( >= 224, _, _) => true,
        _ => false,
    };

    /// <summary>Only 2000::/3 is in public use, and of it 2001:db8::/32 is for documents.</summary>
    private static bool IsPrivate6(byte[] b) => (b[0] & 0xe0) != 0x20 || (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8);
}
