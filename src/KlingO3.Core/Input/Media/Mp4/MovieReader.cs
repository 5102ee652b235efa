using System.Buffers.Binary;

namespace KlingO3.Input.Media.Mp4;

/// <summary>Reads a <c>moov</c> box.</summary>
internal sealed class MovieReader(BoxReader boxes)
{
    private const int MostTracks = 64;
    private static readonly uint Header = Box.Code("mvhd");
    private static readonly uint Track = Box.Code("trak");
    private static readonly uint Extends = Box.Code("mvex");
    private static readonly uint ExtendsHeader = Box.Code("mehd");
    private static readonly uint TrackExtends = Box.Code("trex");

    public async Task<Movie> ReadAsync(Box moov, CancellationToken cancellationToken)
    {
        var movie = new Movie();
        var tracks = new TrackReader(boxes);
        var defaults = new Dictionary<uint, uint>();
        for (var at = moov.Content; await boxes.NextAsync(at, moov.End, cancellationToken).ConfigureAwait(false) is { } box; at = box.End)
        {
            if (box.Type == Header)
            {
                ReadHeader(movie, (await boxes.ContentAsync(box, 108, cancellationToken).ConfigureAwait(false)).Span);
            }
            else if (box.Type == Track && movie.Tracks.Count < MostTracks)
            {
                movie.Tracks.Add(await tracks.ReadAsync(box, cancellationToken).ConfigureAwait(false));
            }
            else if (box.Type == Extends)
            {
                movie.IsFragmented = true;
                await ReadExtendsAsync(movie, defaults, box, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var track in movie.Tracks)
        {
            track.DefaultSampleDuration = defaults.GetValueOrDefault(track.Id);
        }

        return movie;
    }

    private async Task ReadExtendsAsync(Movie movie, Dictionary<uint, uint> defaults, Box mvex, CancellationToken cancellationToken)
    {
        for (var at = mvex.Content; await boxes.NextAsync(at, mvex.End, cancellationToken).ConfigureAwait(false) is { } box; at = box.End)
        {
            var bytes = await boxes.ContentAsync(box, 24, cancellationToken).ConfigureAwait(false);
            if (box.Type == ExtendsHeader)
            {
                movie.FragmentDuration = Numbers.Duration(bytes.Span, 4, 4);
            }
            else if (box.Type == TrackExtends && bytes.Length >= 16 && defaults.Count < MostTracks)
            {
                defaults[BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[4..])] = BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[12..]);
            }
        }
    }

    private static void ReadHeader(Movie movie, ReadOnlySpan<byte> bytes)
    {
        var isLong = Numbers.IsLong(bytes);
        movie.TimeScale = Numbers.UInt32(bytes, isLong ? 20 : 12);
        movie.Duration = Numbers.Duration(bytes, 16, 24);
        movie.IsQuarterTurned = Numbers.IsQuarterTurn(bytes, isLong ? 48 : 36);
    }
}
