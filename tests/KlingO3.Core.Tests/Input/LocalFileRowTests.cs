using KlingO3.Core.Tests.Files.Uploads;
using KlingO3.Input;
using KlingO3.Input.Media;
using Xunit;

namespace KlingO3.Core.Tests.Input;

/// <summary>Which local files a row may name, and which the command line.</summary>
public sealed class LocalFileRowTests : IDisposable
{
    private const string ReferenceModel = "kling-o3-pro-reference-to-video";
    private const string UnknownModel = "a-model-of-tomorrow";

    private readonly ClipFolder _files = new();

    public static TheoryData<string, string> NetworkPaths => new()
    {
        { @"\\server\share\clip.mp4", "server" },
        { @"//server/share/clip.mp4", "server" },
        { @"/\server\share\clip.mp4", "server" },
        { @"\\server@SSL@8443\share\clip.mp4", "server@SSL@8443" },
        { @"\\?\UNC\server\share\clip.mp4", "?" },
        { @"\\.\pipe\clip.mp4", "." },
        { "file://server/share/clip.mp4", "server" },
        { "FILE://SERVER/share/clip.mp4", "server" },
        { "file:////server/share/clip.mp4", "server" },
        { @"file:\\server\share\clip.mp4", "server" },
        { "file://localhost/clip.mp4", "localhost" },
        { @"Microsoft.PowerShell.Core\FileSystem::\\server\share\clip.mp4", "server" },
        { "FileSystem:://server/share/clip.mp4", "server" },
    };

    public static TheoryData<string, string> Inputs => new()
    {
        { VideoDraft.DefaultModel, "video_url" },
        { VideoDraft.DefaultModel, "image_urls" },
        { VideoDraft.DefaultModel, "elements" },
        { ReferenceModel, "elements of videos" },
        { ReferenceModel, "start_image_url" },
        { UnknownModel, "video_url" },
        { UnknownModel, "image_urls" },
        { UnknownModel, "elements" },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(NetworkPaths))]
    public void A_path_that_names_a_computer_is_recognized(string path, string host) =>
        Assert.Equal(host, NetworkPath.HostOf(path), ignoreCase: true);

    [Theory]
    [InlineData("clip.mp4")]
    [InlineData("/clips/clip.mp4")]
    [InlineData("~/clip.mp4")]
    [InlineData(@"C:\clips\clip.mp4")]
    [InlineData("clips:/clip.mp4")]
    [InlineData("file:///clips/clip.mp4")]
    [InlineData(@"Microsoft.PowerShell.Core\FileSystem::/clips/clip.mp4")]
    public void A_path_of_this_computer_names_none(string path) => Assert.Null(NetworkPath.HostOf(path));

    [Theory]
    [MemberData(nameof(NetworkPaths))]
    public void A_row_that_names_another_computer_is_refused_before_the_path_is_resolved(string path, string host)
    {
        var resolved = new List<string>();

        var check = VideoChecks.Check(Piped(LocalFileAccess.ThisComputer, ("video_url", path)), false, Resolver(resolved));

        Assert.False(check.IsValid);
        Assert.Empty(resolved);
        Assert.True(check.OnlyError().Rule is InputRules.LocalFile or InputRules.Url, host);
        Assert.Empty(check.Files);
    }

    [Fact]
    public void The_command_line_may_name_a_file_server()
    {
        var resolved = new List<string>();

        VideoChecks.Check(Rows.With(("video_url", @"\\server\share\clip.mp4")) with { PipedFiles = LocalFileAccess.None }, false, Resolver(resolved));

        Assert.Equal([@"\\server\share\clip.mp4"], resolved);
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Without_local_files_a_row_may_name_none_and_the_command_line_any(string model, string input)
    {
        var clip = _files.Write("clip.mp4", 1);
        var draft = Draft(model, input, clip);
        var piped = draft with { Piped = draft.Values.Keys.ToHashSet(), PipedFiles = LocalFileAccess.None };

        var refused = VideoChecks.Check(piped, false, path => path);

        Assert.Contains("-NoLocalFile takes none from rows", refused.ToException()!.Message, StringComparison.Ordinal);
        Assert.Empty(refused.Files);
        Assert.Contains(clip, VideoChecks.Check(draft with { PipedFiles = LocalFileAccess.None }, false, path => path).Files);
        Assert.Contains(clip, VideoChecks.Check(piped with { PipedFiles = LocalFileAccess.ThisComputer }, false, path => path).Files);
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task A_local_file_that_is_no_known_image_or_video_is_an_error_for_any_model_and_input(string model, string input)
    {
        var secret = _files.Write("id_rsa", [.. "-----BEGIN OPENSSH PRIVATE KEY-----\n"u8]);
        var check = VideoChecks.Check(Draft(model, input, secret), false, path => path);
        Assert.Equal([secret], check.Files);

        var probed = check.With(await MediaProbe.ProbeFilesAsync(check, Cancel));

        Assert.Equal(KlingErrorId.InvalidInput, probed.ToException()?.ErrorId);
        Assert.Contains(probed.Findings, finding => finding.Rule == InputRules.MediaFormat && finding.Severity == KlingSeverity.Error);
    }

    [Fact]
    public async Task An_image_as_the_video_of_an_element_is_an_error_of_a_known_model()
    {
        var image = _files.Write("a.png", Pictures.Png);
        var check = VideoChecks.Check(Draft(ReferenceModel, "elements of videos", image), false, path => path);

        Assert.False(check.With(await MediaProbe.ProbeFilesAsync(check, Cancel)).IsValid);
    }

    [Fact]
    public async Task A_link_to_a_named_pipe_is_an_error_and_does_not_wait_for_its_writer()
    {
        NamedPipe.SkipWithout();
        var link = _files.PathOf("clip.mp4");
        File.CreateSymbolicLink(link, await NamedPipe.MakeAsync(_files.PathOf("pipe")));

        var check = await Task.Run(
            async () =>
            {
                var found = VideoChecks.Check(Rows.With(("video_url", link)), false, path => path);
                return found.With(await MediaProbe.ProbeFilesAsync(found, Cancel));
            },
            Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Contains("no regular file", check.ToException()!.Message, StringComparison.Ordinal);
    }

    private static VideoDraft Draft(string model, string input, string path) => new()
    {
        Model = model,
        Values = input switch
        {
            "elements" => new Dictionary<string, object?> { ["prompt"] = "@Element1", ["video_url"] = Rows.Video, ["elements"] = $"{Rows.Image}|{path}" },
            "elements of videos" => new Dictionary<string, object?> { ["prompt"] = "@Element1", ["elements"] = new[] { new Dictionary<string, object?> { ["video_url"] = path } } },
            "video_url" or "start_image_url" => new Dictionary<string, object?> { ["prompt"] = "Rain", [input] = path },
            _ => new Dictionary<string, object?> { ["prompt"] = "@Image1", ["video_url"] = Rows.Video, [input] = path },
        },
    };

    private static VideoDraft Piped(LocalFileAccess access, params (string Name, object? Value)[] changes)
    {
        var draft = Rows.With(changes);
        return draft with { Piped = draft.Values.Keys.ToHashSet(), PipedFiles = access };
    }

    private static LocalPathResolver Resolver(List<string> resolved) => path =>
    {
        resolved.Add(path);
        return null;
    };
}
