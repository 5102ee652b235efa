namespace KlingO3.Webhooks;

/// <summary>The body of a delivery.</summary>
internal static class DeliveryBody
{
    /// <summary>The largest body that is taken, in bytes. The service's are a few hundred.</summary>
    public const int Largest = 1024 * 1024;
}
