using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Makes real clips, and says what is in them. Tests that need it are skipped where it is not installed.</summary>
internal static class Ffmpeg
{
    private static readonly Lazy<bool> Installed = new(() => Runs("ffmpeg") && Runs("ffprobe"));

    public static void SkipWithout() => Assert.SkipUnless(Installed.Value, "ffmpeg and ffprobe are not installed here, and the clips are made with them.");

    /// <summary>Runs ffmpeg, quietly.</summary>
    public static async Task RunAsync(params string[] arguments) => await RunAsync("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);

    /// <summary>What ffprobe says of a clip.</summary>
    public static async Task<Probed> ProbeAsync(string path)
    {
        using var json = JsonDocument.Parse(await RunAsync("ffprobe", ["-v", "error", "-show_streams", "-show_format", "-of", "json", path]));
        var streams = json.RootElement.GetProperty("streams").EnumerateArray().ToList();
        var picture = streams.First(stream => stream.GetProperty("codec_type").GetString() == "video");
        var (width, height) = (picture.GetProperty("width").GetInt32(), picture.GetProperty("height").GetInt32());
        var rotation = picture.TryGetProperty("side_data_list", out var data)
            ? data.EnumerateArray().Select(item => item.TryGetProperty("rotation", out var turn) ? Math.Abs(turn.GetInt32()) : 0).Max()
            : 0;
        return new Probed(
            double.Parse(json.RootElement.GetProperty("format").GetProperty("duration").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
            rotation is 90 or 270 ? height : width,
            rotation is 90 or 270 ? width : height,
            picture.GetProperty("codec_tag_string").GetString()!,
            streams.Exists(stream => stream.GetProperty("codec_type").GetString() == "audio"));
    }

    private static bool Runs(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "-version") { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return output;
    }
}

/// <summary>What ffprobe says of a clip; the size is as shown.</summary>
internal sealed record Probed(double Seconds, int Width, int Height, string Codec, bool HasAudio);
