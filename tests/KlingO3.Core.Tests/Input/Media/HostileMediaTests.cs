using System.Diagnostics;
using KlingO3.Input;
using Xunit;
using static KlingO3.Core.Tests.Input.Media.Bytes;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Files made to hurt whoever reads them: each is a finding, soon, in little memory, and never an exception.</summary>
public sealed class HostileMediaTests
{
    private static readonly byte[] Head = FileType();

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static Dictionary<string, (Func<byte[]> Make, string Rule)> Cases { get; } = new()
    {
        ["an empty file"] = (() => [], InputRules.MediaFormat),
        ["one byte"] = (() => [0], InputRules.MediaFormat),
        ["seven bytes"] = (() => [0, 0, 0, 32, (byte)'f', (byte)'t', (byte)'y'], InputRules.MediaFormat),
        ["a web page"] = (() => "\r\n<!DOCTYPE html><html>Sign in</html>"u8.ToArray(), InputRules.MediaFormat),
        ["an error in JSON"] = (() => "{\"error\":\"expired\"}"u8.ToArray(), InputRules.MediaFormat),
        ["a WebM"] = (() => [0x1a, 0x45, 0xdf, 0xa3, .. Zeros(100)], InputRules.MediaFormat),
        ["a HEIC image"] = (() => Join(FileType("heic"), Zeros(100)), InputRules.MediaFormat),
        ["zeros"] = (() => Zeros(100_000), InputRules.MediaFormat),
        ["only a head"] = (() => Head, InputRules.MediaUnreadable),
        ["samples without a description"] = (() => Join(Head, Box("mdat", Zeros(1000))), InputRules.MediaUnreadable),
        ["samples that are cut off"] = (() => Join(Head, Lying("mdat", 100_000_000, Zeros(1000))), InputRules.MediaTruncated),
        ["samples of 2^63 bytes"] = (() => Join(Head, Large("mdat", 1UL << 63, Zeros(1000))), InputRules.MediaTruncated),
        ["samples of 2^64 - 1 bytes"] = (() => Join(Head, Large("mdat", ulong.MaxValue, Zeros(1000))), InputRules.MediaTruncated),
        ["a box smaller than its head"] = (() => Join(Head, Lying("free", 4), Movie()), InputRules.MediaUnreadable),
        ["a large box smaller than its head"] = (() => Join(Head, Large("free", 12), Movie()), InputRules.MediaUnreadable),
        ["a million empty boxes"] = (() => Join([Head, .. Enumerable.Repeat(Box("free"), 1_000_000)]), InputRules.MediaUnreadable),
        ["a million empty boxes in the description"] = (() => Join(Head, Box("moov", [MovieHeader(), .. Enumerable.Repeat(Box("free"), 1_000_000)])), InputRules.MediaUnreadable),
        ["100,000 tracks"] = (() => Join(Head, Box("moov", [MovieHeader(), .. Enumerable.Repeat(Box("trak"), 100_000)])), InputRules.MediaUnreadable),
        ["a description cut off at once"] = (() => Join(Head, Lying("moov", 5000, MovieHeader())), InputRules.MediaFormat),
        ["a description that is cut off"] = (() => Join(Head, Movie()[..200]), InputRules.MediaFormat),
        ["tracks in tracks in tracks"] = (() => Join(Head, Box("moov", Enumerable.Range(0, 1000).Aggregate(Array.Empty<byte>(), (inner, _) => Box("trak", inner)))), InputRules.MediaFormat),
        ["media in media in media"] = (() =>
            Join(Head, Box("moov",
                Box("trak", Enumerable.Range(0, 1000).Aggregate(Array.Empty<byte>(), (inner, _) => Box("mdia", inner))))), InputRules.MediaFormat),
        ["sound only"] = (() => Join(Head, Box("moov", MovieHeader(), Track(handler: "soun"))), InputRules.MediaFormat),
        ["no units in a second"] = (() => Join(Head, Box("moov", MovieHeader(0), Track(0))), InputRules.MediaDuration),
        ["a duration that is not known"] = (() => Join(Head, Box("moov", MovieHeader(duration: uint.MaxValue), Track(duration: uint.MaxValue))), InputRules.MediaDuration),
        ["a thousand hours"] = (() => Join(Head, Box("moov", MovieHeader(1), Track(1, 3_600_000))), InputRules.MediaUnreadable),
        ["four thousand million edits"] = (() =>
            Join(Head, Box("moov", MovieHeader(),
                Track(edits: Box("edts", Box("elst", U32(0), U32(uint.MaxValue), U32(uint.MaxValue), Zeros(8)))))), InputRules.MediaUnreadable),
        ["an edit list that overflows"] = (() =>
            Join(Head, Box("moov", MovieHeader(),
                Track(edits: Box("edts", Box("elst", U32(0x01000000), U32(2), U64(ulong.MaxValue), Zeros(12), U64(ulong.MaxValue), Zeros(12)))))), InputRules.MediaUnreadable),
        ["a codec entry that is not there"] = (() => Join(Head, Box("moov", MovieHeader(), Track(description: Box("stsd", U32(0), U32(9))))), InputRules.MediaDimensions),
        ["a codec of control characters"] = (() =>
            Join(Head, Box("moov", MovieHeader(), Track(description: Box("stsd", U32(0), U32(1), Box("\0\u001b[m", Zeros(80)))))),
                InputRules.MediaDimensions),
        ["a run of four thousand million samples"] = (() => Join(Head, Fragmented, Fragment(U32(0), U32(uint.MaxValue))), InputRules.MediaUnreadable),
        ["a run with samples that are not there"] = (() => Join(Head, Fragmented, Fragment(U32(0x100), U32(uint.MaxValue))), InputRules.MediaDuration),
        ["a fragment index that points at itself"] = (() => Join(Head, Fragmented, Fragment(U32(0), U32(1)), Box("mdat", Zeros(70_000)), IndexOf(70_400)), InputRules.MediaDuration),
        ["a JPEG of fill bytes"] = (() => [0xff, 0xd8, .. Enumerable.Repeat((byte)0xff, 1_000_000)], InputRules.MediaUnreadable),
        ["a JPEG of segments without end"] = (() => [0xff, 0xd8, .. Enumerable.Repeat(new byte[] { 0xff, 0xe1, 0, 2 }, 10_000).SelectMany(segment => segment)], InputRules.MediaUnreadable),
        ["a JPEG with a segment of no length"] = (() => [0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0], InputRules.MediaUnreadable),
        ["a JPEG that ends"] = (() => [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff], InputRules.MediaTruncated),
        ["a PNG of no pixels"] = (() => Png(0, 0), InputRules.MediaUnreadable),
        ["a PNG of four thousand million pixels a side"] = (() => Png(uint.MaxValue, uint.MaxValue), InputRules.MediaUnreadable),
        ["a PNG that ends"] = (() => Png(800, 600)[..16], InputRules.MediaUnreadable),
        ["a WebP of an unknown kind"] = (() => [.. "RIFF"u8, .. Zeros(4), .. "WEBPVP9 "u8, .. Zeros(20)], InputRules.MediaUnreadable),
    };

    private static byte[] Fragmented => Box("moov", MovieHeader(duration: 0), Track(duration: 0), Box("mvex", Box("trex", U32(0), U32(1), U32(1), U32(1000), U32(0), U32(0))));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_a_finding_in_bounded_time_and_memory(string name)
    {
        var bytes = Cases[name].Make();
        var rule = Cases[name].Rule;
        foreach (var isUrl in new[] { false, true })
        {
            Probing.Run(Movie());
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            var (_, findings) = Probing.Run(bytes, isUrl: isUrl);
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000);
            Assert.Contains(findings, finding => finding.Rule == rule);
            Assert.All(findings, finding => Assert.DoesNotContain(finding.ToString(), char.IsControl));
        }
    }

    [Fact]
    public void The_movie_from_which_these_are_made_is_a_good_one()
    {
        var (media, findings) = Probing.Run(Join(FileType(), Movie(), Box("mdat", Zeros(10))));
        Assert.Empty(findings);
        Assert.Equal((1280, 720, 5.0, "avc1", "mp4", false), (media.Width, media.Height, media.Duration!.Value.TotalSeconds, media.Codec, media.Format, media.HasAudio));
    }

    [Fact]
    public void Sizes_of_64_bits_and_open_ends_are_read()
    {
        var moov = Movie();
        Assert.Empty(Probing.Run(Join(FileType("qt  "), Large("mdat", 116, Zeros(100)), Large("moov", (ulong)moov.Length + 8, moov[8..]))).Findings);
        Assert.Empty(Probing.Run(Join(Lying("wide", 8), Lying("moov", 0, moov[8..]))).Findings);
    }

    [Fact]
    public void A_file_whose_samples_are_cut_off_behind_its_description_is_told() =>
        Assert.Equal(InputRules.MediaTruncated, Assert.Single(Probing.Run(Join(FileType(), Movie(), Lying("mdat", 5_000_000, Zeros(100)))).Findings).Rule);

    private static byte[] Fragment(params byte[][] run) =>
        Box("moof", Box("mfhd", U32(0), U32(1)), Box("traf", Box("tfhd", U32(0), U32(1)), Box("tfdt", U32(0), U32(0)), Box("trun", run)));

    private static byte[] IndexOf(uint offset)
    {
        var tfra = Box("tfra", U32(0), U32(1), U32(0), U32(1), U32(0), U32(offset), Zeros(3));
        return Box("mfra", tfra, Box("mfro", U32(0), U32((uint)(8 + tfra.Length + 16))));
    }

    private static byte[] Png(uint width, uint height) => [0x89, .. "PNG\r\n\u001a\n"u8, .. U32(13), .. "IHDR"u8, .. U32(width), .. U32(height), .. Zeros(20)];
}
