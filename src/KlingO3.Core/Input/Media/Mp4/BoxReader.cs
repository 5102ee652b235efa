using System.Buffers.Binary;
using KlingO3.Input.Checks;

namespace KlingO3.Input.Media.Mp4;

/// <summary>Finds boxes. Each one found ends after it begins, so no file can make it loop, and their number is bounded.</summary>
internal sealed class BoxReader(ByteWindow window)
{
    private const int MostBoxes = 20_000;
    private int _boxes;

    /// <summary>The bytes.</summary>
    public ByteWindow Window { get; } = window;

    /// <summary>The box at a place; null where none follows.</summary>
    /// <param name="at">The place.</param>
    /// <param name="end">Where the boxes end.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Box?> NextAsync(long at, long end, CancellationToken cancellationToken)
    {
        if (at > end - 8)
        {
            return null;
        }

        if (++_boxes > MostBoxes)
        {
            throw MediaFault.Damaged($"it has more than {Shown.Number(MostBoxes)} boxes");
        }

        var head = await Window.ReadAsync(at, (int)Math.Min(16, end - at), cancellationToken).ConfigureAwait(false);
        return head.Length < 8 ? null : Parse(head.Span, at, end);
    }

    /// <summary>The first bytes of a box's content.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ContentAsync(Box box, int count, CancellationToken cancellationToken) =>
        Window.ReadAsync(box.Content, (int)Math.Min(count, box.ContentSize), cancellationToken);

    private static Box? Parse(ReadOnlySpan<byte> head, long at, long end)
    {
        long size = BinaryPrimitives.ReadUInt32BigEndian(head);
        var type = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        if (size == 0)
        {
            // The last box may leave its size open; zeros are padding.
            return type == 0 ? null : new Box(type, at + 8, end, IsCut: false);
        }

        var header = 8;
        if (size == 1)
        {
            if (head.Length < 16)
            {
                return null;
            }

            header = 16;
            var large = BinaryPrimitives.ReadUInt64BigEndian(head[8..]);
            size = large > long.MaxValue ? long.MaxValue : (long)large;
        }

        if (size < header)
        {
            throw MediaFault.Damaged($"the box '{Box.Text(type)}' is smaller than its own head");
        }

        var isCut = size > end - at;
        return new Box(type, at + header, isCut ? end : at + size, isCut);
    }
}
