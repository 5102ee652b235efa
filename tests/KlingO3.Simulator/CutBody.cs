namespace KlingO3.Simulator;

/// <summary>Lets so many bytes out, and then throws.</summary>
internal sealed class CutBody(Stream inner, long most) : BodyFilter(inner)
{
    private long _left = most;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = (int)Math.Min(_left, buffer.Length);
        _left -= part;
        await Inner.WriteAsync(buffer[..part], cancellationToken);
        if (part < buffer.Length)
        {
            await Inner.FlushAsync(cancellationToken);
            throw new AnswerCutException();
        }
    }
}
