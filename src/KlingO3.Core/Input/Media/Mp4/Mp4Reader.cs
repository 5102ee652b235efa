namespace KlingO3.Input.Media.Mp4;

/// <summary>Reads the facts of an MP4 or MOV file from its boxes, without its pictures and sound.</summary>
internal sealed class Mp4Reader(ByteWindow window)
{
    private static readonly uint FileType = Box.Code("ftyp");
    private static readonly uint Moov = Box.Code("moov");
    private static readonly uint Samples = Box.Code("mdat");
    private static readonly uint Fragment = Box.Code("moof");
    private readonly BoxReader _boxes = new(window);
    private bool _isTruncated;

    /// <summary>The boxes with which such a file may begin.</summary>
    public static bool CanBegin(uint type) => Array.IndexOf(Beginnings, Box.Text(type)) >= 0;

    private static string[] Beginnings { get; } = ["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp", "moof", "uuid", "sidx"];

    public async Task<MediaFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var format = "mov";
        Movie? movie = null;
        var end = long.MaxValue;
        var at = 0L;
        var hasSamples = false;
        while (await _boxes.NextAsync(at, end, cancellationToken).ConfigureAwait(false) is { } box)
        {
            end = window.Length ?? long.MaxValue;
            _isTruncated |= box.IsCut || box.End > end;
            if (box.Type == FileType)
            {
                format = await FormatAsync(box, cancellationToken).ConfigureAwait(false);
            }
            else if (box.Type == Moov)
            {
                movie = await new MovieReader(_boxes).ReadAsync(box with { End = Math.Min(box.End, end) }, cancellationToken).ConfigureAwait(false);
                if (movie.IsFragmented)
                {
                    await ReadFragmentsAsync(movie, box.End, end, cancellationToken).ConfigureAwait(false);
                    break;
                }
            }

            // Where the description comes first, the samples tell by their size whether the file is whole.
            hasSamples |= box.Type == Samples;
            if (movie is not null && hasSamples)
            {
                break;
            }

            at = box.End;
        }

        return Facts(movie, format);
    }

    private MediaFacts Facts(Movie? movie, string format)
    {
        if (movie is null)
        {
            throw _isTruncated
                ? new MediaFault(InputRules.MediaTruncated, "The file ends too early: it is cut off, or not yet written to its end.")
                : MediaFault.Damaged("it has no 'moov' box, which describes its contents");
        }

        if (movie.Picture is not { } picture)
        {
            throw new MediaFault(
                InputRules.MediaFormat,
                _isTruncated ? "The file is cut off in its description." : "The file has no picture track: it is no video.");
        }

        var isTurned = picture.IsQuarterTurned ^ movie.IsQuarterTurned;
        return new MediaFacts
        {
            Format = format,
            Codec = picture.Codec == 0 ? null : Box.Text(picture.Codec),
            Duration = movie.PlayingTime(),
            Width = isTurned ? picture.Height : picture.Width,
            Height = isTurned ? picture.Width : picture.Height,
            HasAudio = movie.HasSound,
            IsTruncated = _isTruncated,
        };
    }

    private async Task<string> FormatAsync(Box ftyp, CancellationToken cancellationToken)
    {
        var brand = await _boxes.ContentAsync(ftyp, 4, cancellationToken).ConfigureAwait(false);
        return Numbers.UInt32(brand.Span, 0) == Box.Code("qt  ") ? "mov" : "mp4";
    }

    /// <summary>
    /// The playing time of a fragmented file is when its last fragment ends. The index at its end leads there in two reads; without one all
    /// fragments are walked through, as far as the source allows.
    /// </summary>
    private async Task ReadFragmentsAsync(Movie movie, long from, long end, CancellationToken cancellationToken)
    {
        var fragments = new FragmentReader(_boxes, movie);
        var isFirst = true;
        try
        {
            for (var at = from; await _boxes.NextAsync(at, end, cancellationToken).ConfigureAwait(false) is { } box; at = box.End)
            {
                _isTruncated |= box.IsCut;
                if (box.Type != Fragment)
                {
                    continue;
                }

                await fragments.ReadAsync(box, cancellationToken).ConfigureAwait(false);
                if (isFirst && !IsAtHand(box.End) && await ReadLastAsync(fragments, end, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                isFirst = false;
            }
        }
        catch (MediaFault fault) when (fault.Severity == KlingSeverity.Warning)
        {
            // Too many fragments for the looks that are allowed: what was seen of them is no playing time.
            movie.Tracks.ForEach(track => track.FragmentsFrom = null);
        }
    }

    /// <summary>Whether all that follows is in memory already: then walking costs nothing.</summary>
    private bool IsAtHand(long at) => window.Length is { } length && length - at < int.MaxValue && window.Holds(at, (int)Math.Max(0, length - at));

    private async Task<bool> ReadLastAsync(FragmentReader fragments, long end, CancellationToken cancellationToken)
    {
        var last = await new FragmentIndex(_boxes).LastFragmentsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var offset in last)
        {
            if (await _boxes.NextAsync(offset, end, cancellationToken).ConfigureAwait(false) is not { } box || box.Type != Fragment)
            {
                return false;
            }

            await fragments.ReadAsync(box, cancellationToken).ConfigureAwait(false);
        }

        return last.Count > 0;
    }
}
