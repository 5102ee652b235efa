namespace KlingO3.Webhooks.Http;

/// <summary>
/// Collects the head of a request as its bytes come, and parses it once it is whole. What cannot become a request any more is refused at once: a first
/// byte that begins no method (TLS), a first line that is none.
/// </summary>
/// <param name="maxBytes">The most bytes of a head.</param>
internal sealed class HeadReader(int maxBytes)
{
    private const int FirstSize = 1024;
    private static readonly byte[] End = "\r\n\r\n"u8.ToArray();

    private byte[] _bytes = [];
    private int _length;
    private bool _isFirstLineChecked;

    /// <summary>Whether nothing has come yet.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Whether the head is whole, or refused.</summary>
    public bool IsComplete => Head is not null || Refusal is not null;

    /// <summary>The head, once it is whole.</summary>
    public RequestHead? Head { get; private set; }

    /// <summary>Why it is refused; null where it is not.</summary>
    public WebhookRefusal? Refusal { get; private set; }

    /// <summary>Adds bytes.</summary>
    /// <returns>How many of them belong to the head; those after them are the body's.</returns>
    public int Append(ReadOnlySpan<byte> received)
    {
        var before = _length;
        var fitting = received[..Math.Min(received.Length, maxBytes - before)];
        Add(fitting);

        // The end may have begun in the bytes before.
        var searched = Math.Max(0, before - End.Length + 1);
        var end = _bytes.AsSpan(searched, _length - searched).IndexOf(End);
        if (end >= 0)
        {
            var length = searched + end + End.Length;
            Head = RequestHeadParser.Parse(_bytes.AsSpan(0, length), out var refusal);
            Refusal = refusal;
            return length - before;
        }

        Refusal = CheckBeginning() ?? (_length >= maxBytes ? WebhookRefusal.HeadTooLarge : null);
        return fitting.Length;
    }

    private void Add(ReadOnlySpan<byte> received)
    {
        var needed = _length + received.Length;
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(maxBytes, Math.Max(needed, Math.Max(FirstSize, 2 * _bytes.Length))));
        }

        received.CopyTo(_bytes.AsSpan(_length));
        _length = needed;
    }

    private WebhookRefusal? CheckBeginning()
    {
        if (_isFirstLineChecked || _length == 0)
        {
            return null;
        }

        if (!HttpSyntax.IsToken(_bytes.AsSpan(0, 1)))
        {
            return WebhookRefusal.Malformed;
        }

        var feed = _bytes.AsSpan(0, _length).IndexOf((byte)'\n');
        if (feed < 0)
        {
            return null;
        }

        _isFirstLineChecked = true;
        if (feed == 0 || _bytes[feed - 1] != '\r')
        {
            return WebhookRefusal.Malformed;
        }

        RequestLine.Parse(_bytes.AsSpan(0, feed - 1), out var refusal);
        return refusal;
    }
}
