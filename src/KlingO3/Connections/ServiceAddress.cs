namespace KlingO3.Connections;

/// <summary>What can be told of the service's address without a key.</summary>
internal static class ServiceAddress
{
    /// <summary>Whether the service is on this machine, as only a simulator is: then inputs may be too.</summary>
    /// <param name="given">The value of <c>-Connection</c>, if any.</param>
    public static bool IsLoopback(KlingConnection? given) => (given?.BaseUri ?? ConnectionStore.Address()) is { IsAbsoluteUri: true, IsLoopback: true };
}
