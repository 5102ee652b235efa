using FsCheck;
using FsCheck.Fluent;
using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files;

public sealed class FileNamesTests
{
    private static readonly Uri Url = new("https://o.example/v.mp4?x=1");

    [Theory]
    [InlineData("sunrise", "p-1", "{Name}-{Id}", "sunrise-p-1.mp4")]
    [InlineData(null, "p-1", "{Name}-{Id}", "p-1.mp4")]
    [InlineData("..\\..\\x", "p", "{Name}", "_.._x.mp4")]
    [InlineData("../../etc/passwd", "p", "{Name}", "_.._etc_passwd.mp4")]
    [InlineData("CON", "p", "{Name}", "_CON.mp4")]
    [InlineData("nul.txt", "p", "{Name}", "_nul.txt.mp4")]
    [InlineData("a\0b\nc", "p", "{Name}", "abc.mp4")]
    [InlineData("\u202Egpj.exe", "p", "{Name}", "gpj.exe.mp4")]
    [InlineData("...", "p", "{Name}", "video.mp4")]
    [InlineData("a/b:c*d", "p", "{Name}", "a_b_c_d.mp4")]
    [InlineData("Straße 日本", "p", "{Name}", "Straße 日本.mp4")]
    public void Names_become_safe_file_names(string? name, string id, string pattern, string expected) =>
        Assert.Equal(expected, FileNames.Of(pattern, new KlingPrediction { Id = id, Name = name }, 0, Url));

    [Fact]
    public void The_second_video_of_a_prediction_gets_a_number() =>
        Assert.Equal("p-2.mov", FileNames.Of("{Id}", new KlingPrediction { Id = "p" }, 1, new Uri("https://o.example/v.MOV")));

    [Fact]
    public void No_name_leaves_its_folder_or_is_too_long_for_a_file_system() => Prop.ForAll<string>(name =>
    {
        var file = FileNames.Of("{Name}", new KlingPrediction { Id = "p", Name = name }, 0, Url);
        var whole = Path.GetFullPath(Path.Combine(Path.GetTempPath(), file));
        return Path.GetDirectoryName(whole) == Path.GetTempPath().TrimEnd('/', '\\') && System.Text.Encoding.UTF8.GetByteCount(file) <= 240;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void A_name_of_300_characters_is_cut() =>
        Assert.Equal(200 + ".mp4".Length, FileNames.Of("{Name}", new KlingPrediction { Id = "p", Name = new string('a', 300) }, 0, Url).Length);
}
