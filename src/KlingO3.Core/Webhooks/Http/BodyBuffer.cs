using System.Net;

namespace KlingO3.Webhooks.Http;

/// <summary>Holds a body while it comes. It grows with what has come, never with what was announced, and gives its bytes back to the budget at the end.</summary>
/// <param name="limits">How much it may hold.</param>
/// <param name="budget">Counts what all bodies hold.</param>
/// <param name="sender">Whose it is.</param>
internal sealed class BodyBuffer(HttpLimits limits, ByteBudget budget, IPAddress sender) : IDisposable
{
    private const int FirstSize = 1024;

    private byte[] _bytes = [];
    private int _counted;

    /// <summary>How many bytes have come.</summary>
    public int Length { get; private set; }

    /// <summary>What has come.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>Adds bytes.</summary>
    /// <returns>Why there is no room for them; null where there is.</returns>
    public WebhookRefusal? Append(ReadOnlySpan<byte> received)
    {
        if (received.Length > limits.MaxBodyBytes - Length)
        {
            return WebhookRefusal.TooLarge;
        }

        if (!TryGrow(Length + received.Length))
        {
            return WebhookRefusal.TooMany;
        }

        received.CopyTo(_bytes.AsSpan(Length));
        Length += received.Length;
        return null;
    }

    public void Dispose()
    {
        budget.Return(sender, _counted);
        (_bytes, _counted, Length) = ([], 0, 0);
    }

    private bool TryGrow(int needed)
    {
        if (needed <= _bytes.Length)
        {
            return true;
        }

        var size = Math.Min(limits.MaxBodyBytes, Math.Max(needed, Math.Max(FirstSize, 2 * _bytes.Length)));
        var counted = Math.Max(0, size - limits.UncountedBodyBytes);
        if (counted > _counted && !budget.TryTake(sender, counted - _counted))
        {
            return false;
        }

        _counted = counted;
        Array.Resize(ref _bytes, size);
        return true;
    }
}
