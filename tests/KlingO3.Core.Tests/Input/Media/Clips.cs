using System.Buffers.Binary;
using System.Collections.Concurrent;
using Xunit;

[assembly: AssemblyFixture(typeof(KlingO3.Core.Tests.Input.Media.Clips))]

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Real clips in a temporary folder, each made once, when the first test wants it.</summary>
public sealed class Clips : IDisposable
{
    private static readonly string[] H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
    private static readonly string[] Hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", "log-level=error", "-tag:v", "hvc1"];
    private readonly string _folder = Directory.CreateTempSubdirectory("klingo3-clips-").FullName;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _made = new();

    /// <summary>The clips by name: the file's ending and how ffmpeg makes it.</summary>
    internal static Dictionary<string, (string Ending, string[] Arguments)> Recipes { get; } = new()
    {
        ["h264, mp4, moov last"] = ("mp4", [.. Picture("1280x720", 25, 3), .. H264]),
        ["h264, mp4, moov first"] = ("mp4", [.. Picture("1280x720", 25, 3), .. H264, "-movflags", "+faststart"]),
        ["h264, mov, moov last"] = ("mov", [.. Picture("1280x720", 25, 3), .. H264]),
        ["h264, mov, moov first, sound"] = ("mov", [.. Picture("1280x720", 25, 3), .. Sound(3), .. H264, "-movflags", "+faststart"]),
        ["hevc, mp4, moov last"] = ("mp4", [.. Picture("1280x720", 25, 3), .. Hevc]),
        ["hevc, mov, moov first, sound"] = ("mov", [.. Picture("1280x720", 25, 3), .. Sound(3), .. Hevc, "-movflags", "+faststart"]),
        ["mpeg4, mp4"] = ("mp4", [.. Picture("1280x720", 25, 3), "-c:v", "mpeg4"]),
        ["23.976 fps, 10 s, sound"] = ("mp4", [.. Picture("1280x720", "24000/1001", 10), .. Sound(10), .. H264]),
        ["60 fps, 10 s"] = ("mp4", [.. Picture("1280x720", 60, 10), .. H264]),
        ["2 s"] = ("mp4", [.. Picture("1280x720", 25, 2), .. H264]),
        ["3 s, sound"] = ("mp4", [.. Picture("1280x720", 25, 3), .. Sound(3), .. H264]),
        ["10 s"] = ("mp4", [.. Picture("1280x720", 25, 10), .. H264]),
        ["10.04 s"] = ("mp4", [.. Picture("1280x720", 25, "10.04"), .. H264]),
        ["12 s, sound"] = ("mp4", [.. Picture("1280x720", 25, 12), .. Sound(12), .. H264]),
        ["640x360"] = ("mp4", [.. Picture("640x360", 25, 3), .. H264]),
        ["720x1280"] = ("mp4", [.. Picture("720x1280", 25, 3), .. H264]),
        ["2160x3840"] = ("mp4", [.. Picture("2160x3840", 5, 3), .. H264]),
        ["3840x2160"] = ("mp4", [.. Picture("3840x2160", 5, 3), .. H264]),
        ["2160x2160"] = ("mp4", [.. Picture("2160x2160", 5, 3), .. H264]),
        ["fragmented"] = ("mp4", [.. Picture("1280x720", 25, 5), .. Sound(5), .. H264, "-g", "25", "-movflags", "+frag_keyframe+empty_moov"]),
        ["fragmented, with an index first"] = ("mp4", [.. Picture("1280x720", 25, 5), .. H264, "-g", "25", "-movflags", "+frag_keyframe+empty_moov+global_sidx"]),
        ["fragmented as dash"] = ("mp4", [.. Picture("1280x720", 25, 5), .. H264, "-g", "25", "-movflags", "+dash+delay_moov"]),
        ["fragmented, no index"] = ("mp4", [.. Picture("1280x720", 25, 5), .. Sound(5), .. H264, "-g", "25", "-movflags", "+frag_keyframe+empty_moov+skip_trailer"]),
        ["fragmented, first fragment in moov"] = ("mp4", [.. Picture("1280x720", 25, 5), .. H264, "-g", "25", "-movflags", "+frag_keyframe"]),
        ["fragmented mov with b-frames"] = (
            "mov", [.. Picture("1280x720", 25, 5), .. Sound(5), "-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p", "-g", "25",
                "-movflags", "+frag_keyframe+empty_moov"]),
        ["b-frames, sound later"] = ("mp4", [.. Picture("1280x720", 25, 4), "-itsoffset", "0.5", .. Sound(3), "-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p"]),
        ["two pictures and two sounds"] = (
            "mp4", [.. Picture("1280x720", 25, 3), .. Picture("1920x1080", 25, 4), .. Sound(3), .. Sound(4), "-map", "0", "-map", "1",
                "-map", "2", "-map", "3", .. H264]),
        ["a cover picture"] = (
            "mp4", [.. Picture("1280x720", 25, 3), .. Picture("400x400", 1, 1), "-map", "0", "-map", "1", .. H264, "-c:v:1", "png",
                "-pix_fmt:1", "rgb24", "-disposition:v:1", "attached_pic"]),
        ["pixels that are not square"] = ("mp4", [.. Picture("1440x1080", 25, 3), .. H264, "-vf", "setsar=4/3"]),
        ["large sizes"] = ("mp4", [.. Picture("1280x720", 25, 3), .. H264, "-video_track_timescale", "90000", "-movie_timescale", "90000"]),
    };

    /// <summary>The path of a clip.</summary>
    public Task<string> GetAsync(string name)
    {
        Ffmpeg.SkipWithout();
        return _made.GetOrAdd(name, key => new Lazy<Task<string>>(() => MakeAsync(key))).Value;
    }

    /// <summary>The path of a clip turned by its metadata.</summary>
    public Task<string> GetTurnedAsync(int degrees)
    {
        Ffmpeg.SkipWithout();
        return _made.GetOrAdd($"turned by {degrees}", _ => new Lazy<Task<string>>(async () =>
        {
            // ffmpeg's versions differ in how they are asked for this: so the matrix of the track's header is written here.
            var bytes = await File.ReadAllBytesAsync(await GetAsync("720x1280"));
            var matrix = bytes.AsSpan().IndexOf("tkhd"u8) + 44;
            int[] turned = degrees switch { 90 => [0, 1, 0, -1, 0], 180 => [-1, 0, 0, 0, -1], _ => [0, -1, 0, 1, 0] };
            for (var place = 0; place < turned.Length; place++)
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(matrix + (4 * place)), turned[place] * 0x10000);
            }

            var path = PathOf($"turned{degrees}.mp4");
            await File.WriteAllBytesAsync(path, bytes);
            return path;
        })).Value;
    }

    /// <summary>A path in the folder.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> MakeAsync(string name)
    {
        var (ending, arguments) = Recipes[name];
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.{ending}");
        await Ffmpeg.RunAsync([.. arguments, path]);
        return path;
    }

    private static string[] Picture(string size, object rate, object seconds) =>
        ["-f", "lavfi", "-i", FormattableString.Invariant($"color=c=teal:s={size}:r={rate}:d={seconds}")];

    private static string[] Sound(int seconds) => ["-f", "lavfi", "-i", $"sine=f=440:d={seconds}"];
}
