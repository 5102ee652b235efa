using System.Net;

namespace KlingO3.Webhooks.Http;

/// <summary>Counts the bytes that all bodies hold together, and those of each sender. Thread-safe.</summary>
/// <param name="limits">How many there may be.</param>
internal sealed class ByteBudget(HttpLimits limits)
{
    private readonly object _lock = new();
    private readonly Dictionary<IPAddress, long> _bySender = [];
    private long _total;

    /// <summary>The bytes that are counted just now.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>Counts bytes, unless they are too many.</summary>
    public bool TryTake(IPAddress sender, long bytes)
    {
        lock (_lock)
        {
            var used = _bySender.GetValueOrDefault(sender);
            var isTooMuch = !IPAddress.IsLoopback(sender) && used + bytes > limits.MaxBufferedBytesPerSender;
            if (isTooMuch || _total + bytes > limits.MaxBufferedBytes)
            {
                return false;
            }

            _total += bytes;
            _bySender[sender] = used + bytes;
            return true;
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(IPAddress sender, long bytes)
    {
        lock (_lock)
        {
            _total -= bytes;
            var left = _bySender.GetValueOrDefault(sender) - bytes;
            if (left > 0)
            {
                _bySender[sender] = left;
            }
            else
            {
                _bySender.Remove(sender);
            }
        }
    }
}
