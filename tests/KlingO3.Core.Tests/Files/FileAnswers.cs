using System.Globalization;
using KlingO3.Core.Tests.Simulator;

namespace KlingO3.Core.Tests.Files;

/// <summary>How servers of files answer: well, or less well.</summary>
internal static class FileAnswers
{
    /// <summary>The file, or the part of it that was asked for.</summary>
    /// <param name="call">The request.</param>
    /// <param name="content">The whole file.</param>
    /// <param name="validator">Its <c>ETag</c> or <c>Last-Modified</c> header; null for none.</param>
    /// <param name="ranges">Whether it knows what a range is.</param>
    /// <param name="ifRange">Whether it knows what If-Range is.</param>
    /// <param name="cut">After how many bytes of the body it breaks off.</param>
    public static async Task FileAsync(this RawCall call, byte[] content, string? validator = "ETag: \"a\"", bool ranges = true, bool ifRange = true, int? cut = null)
    {
        var (status, from, headers) = (200, 0, new List<string>());
        if (validator is not null)
        {
            headers.Add(validator);
        }

        if (ranges && call.Request["Range"] is { } range && (!ifRange || validator?.EndsWith(call.Request["If-Range"] ?? "?", StringComparison.Ordinal) == true))
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            if (from >= content.Length)
            {
                await call.AnswerAsync(416, "", $"Content-Range: bytes */{content.Length}");
                return;
            }

            status = 206;
            headers.Add($"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}");
        }

        await call.HeadAsync(status, [$"Content-Length: {content.Length - from}", .. headers]);
        await call.SendAsync(content.AsMemory(from..(cut is { } bytes ? Math.Min(content.Length, from + bytes) : content.Length)));
        if (cut is not null)
        {
            call.Close();
        }
    }
}
