using System.Buffers;
using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace KlingO3.Simulator;

/// <summary>Answers a GET or HEAD of a file, or of the one part of it that was asked for.</summary>
internal static class RangeAnswer
{
    private const int Chunk = 64 * 1024;

    public static async Task WriteAsync(HttpContext context, IContent content, FileFacts facts)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = facts.ETag;
        headers.LastModified = facts.LastModified;
        context.Response.ContentType = facts.ContentType;
        var (from, length) = (0L, content.Length);
        if (facts.Ranges)
        {
            context.Response.Headers.AcceptRanges = "bytes";
            if (Asked(context.Request, facts) is { } range)
            {
                if (!Fit(range, content.Length, out from, out length))
                {
                    context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                    context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{content.Length}");
                    context.Response.ContentLength = 0;
                    return;
                }

                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = new ContentRangeHeaderValue(from, from + length - 1, content.Length);
            }
        }

        context.Response.ContentLength = length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await CopyAsync(content, from, length, context);
        }
    }

    /// <summary>The one range that was asked for; null means the whole, as for several ranges or a condition that no longer holds.</summary>
    private static RangeItemHeaderValue? Asked(HttpRequest request, FileFacts facts)
    {
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Ranges.Count: 1 } asked || asked.Unit != "bytes")
        {
            return null;
        }

        if (headers.IfRange is { } condition)
        {
            var same = condition.EntityTag is { } tag
                ? tag.Compare(facts.ETag, useStrongComparison: true)
                : condition.LastModified is { } time && time >= facts.LastModified;
            if (!same)
            {
                return null;
            }
        }

        return asked.Ranges.First();
    }

    private static bool Fit(RangeItemHeaderValue range, long whole, out long from, out long length)
    {
        from = range.From ?? Math.Max(0, whole - range.To!.Value);
        var to = range.From is null ? whole - 1 : Math.Min(range.To ?? long.MaxValue, whole - 1);
        length = to - from + 1;
        return from < whole && length > 0;
    }

    private static async Task CopyAsync(IContent content, long offset, long length, HttpContext context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            while (length > 0)
            {
                var count = await content.ReadAsync(offset, buffer.AsMemory(0, (int)Math.Min(Chunk, length)), context.RequestAborted);
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                offset += count;
                length -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
