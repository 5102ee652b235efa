namespace KlingO3.Simulator;

/// <summary>What an endpoint is to a fault plan (<c>create</c>, <c>get</c> …), and whether the caller must show a key.</summary>
internal sealed record CallKind(string Name, bool WantsKey = true)
{
    public static IReadOnlySet<string> Names { get; } =
        new HashSet<string> { "create", "get", "cancel", "list", "download", "presign", "put", "models", "balance", "delete", "media", "any" };
}
