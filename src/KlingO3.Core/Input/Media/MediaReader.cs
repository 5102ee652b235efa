using System.Text;
using KlingO3.Input.Checks;
using KlingO3.Input.Media.Images;
using KlingO3.Input.Media.Mp4;
using Microsoft.Win32.SafeHandles;

namespace KlingO3.Input.Media;

/// <summary>Tells by its first bytes what a file is, whatever its name or its server says, and reads its facts.</summary>
internal static class MediaReader
{
    public static async Task<MediaFacts> ReadAsync(ByteWindow window, CancellationToken cancellationToken)
    {
        var head = (await window.ReadAsync(0, 32, cancellationToken).ConfigureAwait(false)).ToArray();
        if (head.Length == 0)
        {
            throw new MediaFault(InputRules.MediaFormat, "The file is empty.");
        }

        if (ImageHeaders.IsPng(head))
        {
            return ImageHeaders.Png(head);
        }

        if (ImageHeaders.IsWebp(head))
        {
            return ImageHeaders.Webp(head);
        }

        if (JpegReader.Is(head))
        {
            return await JpegReader.ReadAsync(window, cancellationToken).ConfigureAwait(false);
        }

        return Mp4Reader.CanBegin(Numbers.UInt32(head, 4)) && !IsHeif(head)
            ? await new Mp4Reader(window).ReadAsync(cancellationToken).ConfigureAwait(false)
            : throw new MediaFault(InputRules.MediaFormat, $"It is {Name(head)}.");
    }

    /// <summary>Why an open file is no known image or video, whatever it is called; null where it is one.</summary>
    public static async Task<string?> FindFaultAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var source = FileMediaSource.Of(file);
        await using (source.ConfigureAwait(false))
        {
            try
            {
                await ReadAsync(new ByteWindow(source), cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (MediaFault fault)
            {
                return fault.Severity == KlingSeverity.Error ? fault.Message : null;
            }
        }
    }

    /// <summary>HEIC and AVIF images are made of boxes too.</summary>
    private static bool IsHeif(byte[] head) =>
        Numbers.UInt32(head, 4) == Box.Code("ftyp") && Box.Text(Numbers.UInt32(head, 8)) is "heic" or "heix" or "mif1" or "avif" or "avis";

    private static string Name(ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head);
        return text switch
        {
            _ when text.TrimStart('\u00ef', '\u00bb', '\u00bf', ' ', '\t', '\r', '\n').StartsWith('<') => "a web page or XML, not a file to be shown",
            _ when text.StartsWith('{') || text.StartsWith('[') => "JSON, not a file to be shown",
            _ when text.StartsWith("GIF8", StringComparison.Ordinal) => "a GIF",
            _ when text.StartsWith("BM", StringComparison.Ordinal) => "a BMP image",
            _ when text.StartsWith("\u001aE\u00df\u00a3", StringComparison.Ordinal) => "a Matroska or WebM video",
            _ when text.StartsWith("RIFF", StringComparison.Ordinal) => "an AVI or another RIFF file",
            _ when text.StartsWith("%PDF", StringComparison.Ordinal) => "a PDF",
            _ when text.StartsWith("PK", StringComparison.Ordinal) => "a ZIP archive",
            _ when text.Length > 4 && text[4..].StartsWith("ftyp", StringComparison.Ordinal) => "a HEIC or AVIF image",
            _ => $"no MP4, MOV, PNG, JPEG or WebP: it begins with {Shown.Value(text[..Math.Min(8, text.Length)])}",
        };
    }
}
