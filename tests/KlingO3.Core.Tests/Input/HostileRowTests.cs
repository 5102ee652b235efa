using System.Collections;
using System.Diagnostics;
using System.Text.Json;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

/// <summary>Rows made by somebody who means harm, or by a program gone wrong: a clear finding, soon, and in little memory.</summary>
public sealed class HostileRowTests
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("[", 1000)) + string.Concat(Enumerable.Repeat("]", 1000));

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static Dictionary<string, (VideoDraft Draft, string Rule)> Cases { get; } = new()
    {
        ["a prompt of 10 MB"] = (Rows.With(("prompt", new string('x', 10_000_000))), InputRules.TooLong),
        ["a prompt of 10 MB of at signs"] = (Rows.With(("prompt", new string('@', 10_000_000))), InputRules.TooLong),
        ["a prompt of 100,000 references"] = (Rows.With(("prompt", string.Concat(Enumerable.Range(2, 12_000).Select(n => $"@Image{n}"))[..99_999])), InputRules.UnknownReference),
        ["an array of 100,000 in a cell"] = (Rows.With(("image_urls", JsonSerializer.Serialize(Enumerable.Repeat(Rows.Image, 100_000)))), InputRules.Count),
        ["an array of 100,000, typed"] = (Rows.With(("image_urls", Enumerable.Repeat((object)Rows.Image, 100_000).ToArray())), InputRules.Count),
        ["100,000 images with semicolons"] = (Rows.With(("image_urls", string.Join(';', Enumerable.Repeat(Rows.Image, 100_000)))), InputRules.Count),
        ["a list without end"] = (Rows.With(("image_urls", Endless())), InputRules.TooLarge),
        ["a JSON cell of 20 MB"] = (Rows.With(("elements", "[" + new string(' ', 20_000_000) + "]")), InputRules.TooLarge),
        ["JSON nested 1,000 deep"] = (Rows.With(("elements", Deep)), InputRules.TooDeep),
        ["JSON nested 1,000 deep, cut off"] = (Rows.With(("elements", Deep[..1500])), InputRules.TooDeep),
        ["lists nested 1,000 deep, typed"] = (Rows.With(("image_urls", Nested(1000))), InputRules.TooDeep),
        ["a table that holds itself"] = (Rows.With(("elements", Ouroboros())), InputRules.TooDeep),
        ["an object that throws when it is read"] = (Rows.With(("image_urls", Throwing())), InputRules.Unreadable),
        ["a closed JSON document"] = (Rows.With(("elements", Closed())), InputRules.Unreadable),
        ["half a surrogate pair"] = (Rows.With(("prompt", "rain \uD83C")), InputRules.Unicode),
        ["half a surrogate pair in JSON"] = (Rows.With(("elements", "[{\"frontal_image_url\":\"\\ud800\"}]")), InputRules.Unreadable),
        ["NUL and direction in the name"] = (Rows.With() with { Name = "a\0\u202Egpj.exe" }, InputRules.ControlCharacters),
        ["a name of 10,000 characters"] = (Rows.With() with { Name = new string('n', 10_000) }, InputRules.TooLong),
        ["a column name of a million characters"] = (Rows.With((new string('c', 1_000_000), "x")), InputRules.UnknownInput),
        ["1,000 unknown inputs"] = (Rows.With([.. Enumerable.Range(0, 1000).Select(n => ($"x{n}", (object?)"y"))]), InputRules.UnknownInput),
        ["a slug of a million characters"] = (Rows.With() with { Model = new string('m', 1_000_000) }, InputRules.ModelName),
        ["a URL of a million characters"] = (Rows.With(("video_url", Rows.Video + "?" + new string('q', 1_000_000))), InputRules.TooLong),
        ["a number of a million digits"] = (Rows.With(("duration", new string('9', 1_000_000))), InputRules.Number),
        ["a JSON number out of every range"] = (Rows.With(("multi_prompt", "[{\"prompt\":\"x\",\"duration\":1e999}]")) with { Model = "kling-o3-pro-text-to-video" }, InputRules.Number),
        ["a data URI of 5 MB"] = (Rows.With(("video_url", "data:video/mp4;base64," + new string('A', 5_000_000))), InputRules.DataUri),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_told_in_bounded_time_and_in_few_words(string name)
    {
        var (draft, rule) = Cases[name];
        VideoChecks.Check(Rows.With(), false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        var check = VideoChecks.Check(draft, allowLoopback: false);
        var message = check.ToException()!.Message;
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
        Assert.Contains(check.Findings, finding => finding.Rule == rule);
        Assert.InRange(message.Length, 20, 60_000);
        Assert.All(check.Findings, finding => Assert.InRange(finding.Message.Length, 10, 600));
        Assert.InRange(check.Findings.Count, 1, 200);
    }

    [Theory]
    [InlineData(@"..\..\x")]
    [InlineData("../../etc/passwd")]
    [InlineData("CON")]
    [InlineData("a:b|c?*")]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("日本 🌧 Ünïcode")]
    public void A_strange_name_is_no_error_since_files_get_safe_names(string name) =>
        Assert.Empty(VideoChecks.Check(Rows.With() with { Name = name, Batch = name }, false).Findings);

    [Fact]
    public void A_name_of_300_characters_is_no_error() =>
        Assert.Empty(VideoChecks.Check(Rows.With() with { Name = new string('n', 300) }, false).Findings);

    [Fact]
    public void Ever_new_extra_inputs_of_unknown_models_leave_no_memory_behind()
    {
        void Run(int from, int count)
        {
            for (var row = from; row < from + count; row++)
            {
                VideoChecks.Check(Rows.With(($"extra_{row}_url", Rows.Image)) with { Model = "kling-o4" }, false);
            }
        }

        Run(0, 5_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Run(5_000, 20_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
    }

    private static IEnumerable<string> Endless()
    {
        while (true)
        {
            yield return Rows.Image;
        }
    }

    private static IEnumerable<object> Throwing()
    {
        yield return Rows.Image;
        throw new InvalidOperationException("boom\n\u001b[31m");
    }

    private static object Nested(int depth)
    {
        object value = Rows.Image;
        for (var level = 0; level < depth; level++)
        {
            value = new[] { value, value };
        }

        return value;
    }

    private static Hashtable Ouroboros()
    {
        var table = new Hashtable();
        table["frontal_image_url"] = table;
        return table;
    }

    private static JsonElement Closed()
    {
        using var document = JsonDocument.Parse("[1]");
        return document.RootElement;
    }
}
