namespace KlingO3.Simulator;

/// <summary>Lets an answer trickle: ten parts, with a pause before each.</summary>
internal sealed class SlowBody(HttpResponse response, Stream inner, Func<CancellationToken, Task> pause) : BodyFilter(inner)
{
    public const int Parts = 10;

    private long _untilPause;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = Math.Max(1, ((response.ContentLength ?? buffer.Length) + Parts - 1) / Parts);
        while (buffer.Length > 0)
        {
            if (_untilPause == 0)
            {
                await Inner.FlushAsync(cancellationToken);
                await pause(cancellationToken);
                _untilPause = part;
            }

            var count = (int)Math.Min(_untilPause, buffer.Length);
            await Inner.WriteAsync(buffer[..count], cancellationToken);
            _untilPause -= count;
            buffer = buffer[count..];
        }
    }
}
