using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KlingO3.Simulator;

/// <summary>
/// A job's video: the sample clip, then a <c>free</c> box with the job's id, then one of seeded noise. Players skip such boxes, so it is
/// a real MP4, yet no two jobs share bytes or length. Any part of it can be written without the rest, so it may be far larger than memory.
/// </summary>
internal sealed class SampleVideo(string id, long length, long seed) : IContent
{
    // A box is its length, its type, and here no less than this.
    private const int Header = 8;
    private const int IdBox = Header + 36;
    private const int LargeHeader = 16;

    private readonly byte[] _front = Front(id, length);
    private readonly ulong _noise = Dice.Mix(seed, Purpose.Padding, 0);

    public static byte[] Clip { get; } = Resource("clip.mp4");

    public static byte[] Still { get; } = Resource("still.png");

    /// <summary>The clip as a QuickTime file: it is the same but for its brand.</summary>
    public static byte[] Movie { get; } = AsQuickTime();

    public static long Least => Clip.Length + IdBox + LargeHeader;

    public long Length => length;

    /// <summary>A length near the wanted one, a quarter more or less, by the job.</summary>
    public static long LengthFor(long wanted, long seed, long number) =>
        Math.Max(Least, (long)(wanted * (0.75 + (0.5 * Dice.Roll(seed, Purpose.OutputLength, number)))));

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel) => ValueTask.FromResult(Read(offset, buffer.Span));

    private int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, length - offset);
        var done = 0;
        if (offset < _front.Length)
        {
            done = (int)Math.Min(count, _front.Length - offset);
            _front.AsSpan((int)offset, done).CopyTo(buffer);
        }

        Noise(offset + done, buffer[done..count]);
        return count;
    }

    // Eight bytes at each place are a function of the place alone.
    private void Noise(long offset, Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[8];
        while (buffer.Length > 0)
        {
            var within = (int)(offset & 7);
            var bits = Dice.Scramble(_noise + (ulong)(offset >> 3));
            if (within == 0 && buffer.Length >= 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(buffer, bits);
                buffer = buffer[8..];
                offset += 8;
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, bits);
            var part = Math.Min(8 - within, buffer.Length);
            word.Slice(within, part).CopyTo(buffer);
            buffer = buffer[part..];
            offset += part;
        }
    }

    public async Task<string> HashAsync(CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        for (long offset = 0; offset < length;)
        {
            cancel.ThrowIfCancellationRequested();
            var count = await ReadAsync(offset, buffer, cancel);
            hash.AppendData(buffer, 0, count);
            offset += count;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Front(string id, long length)
    {
        var front = new byte[Least];
        Clip.CopyTo(front, 0);
        var box = front.AsSpan(Clip.Length);
        BinaryPrimitives.WriteUInt32BigEndian(box, IdBox);
        "free"u8.CopyTo(box[4..]);
        Encoding.ASCII.GetBytes(id.PadRight(IdBox - Header).AsSpan(0, IdBox - Header), box[Header..]);

        // A length of 1 says that the real one follows in 64 bits.
        box = box[IdBox..];
        BinaryPrimitives.WriteUInt32BigEndian(box, 1);
        "free"u8.CopyTo(box[4..]);
        BinaryPrimitives.WriteInt64BigEndian(box[Header..], length - Clip.Length - IdBox);
        return front;
    }

    private static byte[] AsQuickTime()
    {
        var movie = Clip.ToArray();
        "qt  "u8.CopyTo(movie.AsSpan(8));
        "qt  "u8.CopyTo(movie.AsSpan(16));
        return movie;
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(SampleVideo).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
