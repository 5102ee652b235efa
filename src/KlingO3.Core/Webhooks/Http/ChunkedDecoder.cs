namespace KlingO3.Webhooks.Http;

/// <summary>Takes a chunked body apart (RFC 9112, 7.1) as its bytes come, strictly: every line ends with CRLF. Extensions and trailers are discarded.</summary>
/// <param name="body">Where the data goes.</param>
internal sealed class ChunkedDecoder(BodyBuffer body)
{
    private const int MaxSizeDigits = 8;

    /// <summary>The most bytes of extensions and trailers together: they would have no end else.</summary>
    private const int MaxDiscarded = 4096;

    private State _state = State.Size;
    private long _size;
    private int _digits;
    private int _discarded;
    private bool _isLineEmpty = true;

    private enum State
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        Trailer,
        TrailerLineFeed,
        Done,
    }

    /// <summary>Whether the last chunk and the trailers have come.</summary>
    public bool IsComplete => _state == State.Done;

    /// <summary>Adds bytes. Those after the end are ignored.</summary>
    /// <returns>Why the body is refused; null where it is not.</returns>
    public WebhookRefusal? Append(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty && _state != State.Done)
        {
            if (_state == State.Data)
            {
                var taken = (int)Math.Min(_size, received.Length);
                if (body.Append(received[..taken]) is { } refusal)
                {
                    return refusal;
                }

                _size -= taken;
                _state = _size == 0 ? State.DataReturn : State.Data;
                received = received[taken..];
                continue;
            }

            if (!TryTake(received[0]))
            {
                return WebhookRefusal.Malformed;
            }

            received = received[1..];
        }

        return null;
    }

    private bool TryTake(byte letter) => _state switch
    {
        State.Size => TryTakeSize(letter),
        State.Extension => letter == '\r' ? Go(State.SizeLineFeed) : HttpSyntax.IsFieldValue([letter]) && ++_discarded <= MaxDiscarded,
        State.SizeLineFeed => letter == '\n' && Go(_size == 0 ? State.Trailer : State.Data),
        State.DataReturn => letter == '\r' && Go(State.DataLineFeed),
        State.DataLineFeed => letter == '\n' && BeginChunk(),
        State.Trailer => TryTakeTrailer(letter),
        State.TrailerLineFeed => letter == '\n' && EndTrailerLine(),
        _ => false,
    };

    private bool TryTakeSize(byte letter)
    {
        if (HttpSyntax.HexDigit(letter) is >= 0 and var digit)
        {
            _size = (_size * 16) + digit;
            return ++_digits <= MaxSizeDigits;
        }

        return _digits > 0 && letter switch
        {
            (byte)'\r' => Go(State.SizeLineFeed),
            (byte)';' or (byte)' ' or (byte)'\t' => Go(State.Extension),
            _ => false,
        };
    }

    private bool TryTakeTrailer(byte letter)
    {
        if (letter == '\r')
        {
            return Go(State.TrailerLineFeed);
        }

        _isLineEmpty = false;
        return HttpSyntax.IsFieldValue([letter]) && ++_discarded <= MaxDiscarded;
    }

    private bool EndTrailerLine()
    {
        var isEnd = _isLineEmpty;
        _isLineEmpty = true;
        return Go(isEnd ? State.Done : State.Trailer);
    }

    private bool BeginChunk()
    {
        (_size, _digits) = (0, 0);
        return Go(State.Size);
    }

    private bool Go(State next)
    {
        _state = next;
        return true;
    }
}
