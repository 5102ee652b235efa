using System.Net;
using System.Net.Sockets;

namespace KlingO3.Webhooks.Http;

/// <summary>Opens the sockets that listen at a prefix: one for every address of the machine, IPv4 and IPv6, or one for each address of its host.</summary>
internal static class ListenSockets
{
    /// <summary>What waits in the operating system until it is accepted. The system's own limit is often lower.</summary>
    private const int Backlog = 4096;

    /// <summary>Opens them.</summary>
    /// <exception cref="SocketException">They cannot be had.</exception>
    public static IReadOnlyList<Socket> Open(WebhookPrefix prefix)
    {
        var sockets = new List<Socket>();
        SocketException? missing = null;
        try
        {
            foreach (var address in AddressesOf(prefix))
            {
                try
                {
                    sockets.Add(Listen(address, prefix.Port, prefix.IsEvery));
                    if (prefix.IsEvery)
                    {
                        // The one for IPv6 takes IPv4 too.
                        break;
                    }
                }
                catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
                {
                    // A name may also stand for addresses that this machine does not have.
                    missing = error;
                }
            }

            return sockets.Count > 0 ? sockets : throw missing ?? new SocketException((int)SocketError.AddressNotAvailable);
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private static IEnumerable<IPAddress> AddressesOf(WebhookPrefix prefix)
    {
        if (prefix.IsEvery)
        {
            return Socket.OSSupportsIPv6 ? [IPAddress.IPv6Any, IPAddress.Any] : [IPAddress.Any];
        }

        if (IPAddress.TryParse(prefix.Host, out var address))
        {
            return [address];
        }

        return prefix.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback]
            : Dns.GetHostAddresses(prefix.Host).Distinct();
    }

    private static Socket Listen(IPAddress address, int port, bool isDual)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = isDual;
            }

            if (OperatingSystem.IsWindows())
            {
                // Elsewhere nobody else can take the same port anyway.
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
