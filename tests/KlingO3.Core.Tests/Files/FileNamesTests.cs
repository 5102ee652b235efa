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
        var withId = FileNames.Of("{Batch}.{Name} {Id}-{Name}", new KlingPrediction { Id = "-p.1", Name = name, Batch = name }, 0, Url);
        return Path.GetDirectoryName(whole) == Path.GetTempPath().TrimEnd('/', '\\')
            && System.Text.Encoding.UTF8.GetByteCount(file) <= 240
            && System.Text.Encoding.UTF8.GetByteCount(withId) <= 240
            && withId.Contains("-p.1", StringComparison.Ordinal);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Theory]
    [InlineData("{Name}-{Id}")]
    [InlineData("{Id}-{Name}")]
    [InlineData("{name} {ID} {Batch}{Model}")]
    [InlineData("{Batch}/{Batch}/{Id}")]
    public void Names_whose_beginnings_are_equal_never_give_one_file(string pattern)
    {
        var names = Enumerable.Range(1, 3).Select(n => FileNames.Of(
            pattern, new KlingPrediction { Id = $"0f1c3a52-6b7e-4d7c-9a54-00000000000{n}", Name = new string('日', 100) + n, Batch = new string('b', 250), Model = "kling" }, 1, Url)).ToList();

        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, (name, at) =>
        {
            Assert.Contains($"0f1c3a52-6b7e-4d7c-9a54-00000000000{at + 1}", name, StringComparison.Ordinal);
            Assert.EndsWith("-2.mp4", name, StringComparison.Ordinal);
            Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(name), 50, 206);
        });
    }

    [Theory]
    [InlineData("-abc-", null, "{Name}-{Id}", "_-abc-.mp4")]
    [InlineData(".abc", "  ", "{Name}-{Id}", "_.abc.mp4")]
    [InlineData("abc-", "- a", "{Name}-{Id}", "a-abc-.mp4")]
    [InlineData("abc", "{Id}", "{Name}", "{Id}.mp4")]
    [InlineData("abc", null, "{Id}-{Name}", "abc.mp4")]
    [InlineData(null, null, "{Name}-{Id}", "video.mp4")]
    public void No_character_of_the_id_is_lost_to_what_is_trimmed(string? id, string? name, string pattern, string expected) =>
        Assert.Equal(expected, FileNames.Of(pattern, new KlingPrediction { Id = id, Name = name }, 0, Url));

    [Fact]
    public void Ids_that_are_longer_than_any_name_still_give_two_names()
    {
        var names = Enumerable.Range(1, 2).Select(n => FileNames.Of("{Name}-{Id}", new KlingPrediction { Id = new string('a', 400) + n, Name = "n" }, 0, Url)).ToList();

        Assert.NotEqual(names[0], names[1]);
        Assert.All(names, name => Assert.InRange(name.Length, 190, 204));
    }

    [Fact]
    public void A_name_of_300_characters_is_cut() =>
        Assert.Equal(200 + ".mp4".Length, FileNames.Of("{Name}", new KlingPrediction { Id = "p", Name = new string('a', 300) }, 0, Url).Length);
}
