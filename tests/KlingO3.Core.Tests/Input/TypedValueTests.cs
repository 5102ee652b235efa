using System.Collections;
using System.Text.Json;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

/// <summary>What .NET and PowerShell may hand over instead of text.</summary>
public sealed class TypedValueTests
{
    private static readonly string[] Two = [Rows.Image, Rows.Image + "?2"];

    public static TheoryData<object, string> Durations => new()
    {
        { 5, "5" }, { 5L, "5" }, { (byte)5, "5" }, { 5.0, "5" }, { 5f, "5" }, { 5m, "5" }, { 5.00m, "5" }, { (ulong)5, "5" },
        { TimeSpan.FromSeconds(5), "5" }, { '5', "5" }, { JsonSerializer.SerializeToElement(5), "5" }, { JsonSerializer.SerializeToElement("5s"), "5" },
    };

    [Theory]
    [MemberData(nameof(Durations))]
    public void A_duration_of_any_type_is_sent_as_the_same_string(object value, string sent) =>
        Assert.Equal(sent, Rows.Check(("duration", value)).Input["duration"]);

    [Fact]
    public void A_Uri_is_its_text() => Assert.Equal(Rows.Video + "?a=%20b", Rows.Check(("video_url", new Uri(Rows.Video + "?a=%20b"))).Input["video_url"]);

    [Fact]
    public void A_file_is_a_local_file_that_must_be_uploaded_first()
    {
        var error = Rows.Check(("video_url", new FileInfo("clip.mp4"))).OnlyError();
        Assert.Equal(InputRules.LocalFile, error.Rule);
        Assert.Contains("public https URL", error.Suggestion, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_of_every_type_become_the_same_JSON()
    {
        const string json = """[{"frontal_image_url":"https://cdn.example.com/f.png","reference_image_urls":["https://cdn.example.com/r.png"]}]""";
        var element = new KlingElement { FrontalImage = "https://cdn.example.com/f.png", ReferenceImages = ["https://cdn.example.com/r.png"] };
        var table = new Hashtable { ["reference_image_urls"] = "https://cdn.example.com/r.png", ["Frontal_Image_URL"] = new Uri("https://cdn.example.com/f.png") };
        object[] given =
        [
            element, new[] { element }, new ArrayList { element }, element.ToInput(), element.ToString(), new object[] { element.ToString() }, table,
            new object[] { table }, json, JsonSerializer.SerializeToElement(JsonDocument.Parse(json)), JsonDocument.Parse(json),
            JsonSerializer.SerializeToElement(element), new Dictionary<string, object?> { ["FrontalImage"] = element.FrontalImage, ["ReferenceImages"] = element.ReferenceImages },
        ];
        foreach (var value in given)
        {
            var check = Rows.Check(("elements", value), ("prompt", "@Video1 @Element1"));
            Assert.Empty(check.Findings);
            Assert.Contains($"\"elements\":{json}", check.Input.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lists_of_every_type_become_the_same_array()
    {
        object[] given = [Two, Two.ToList(), new ArrayList(Two), Two.Select(url => new Uri(url)), new Queue<string>(Two), string.Join(';', Two), new object[] { Two[0], new Uri(Two[1]) }];
        Assert.All(given, value => Assert.Equal(Two, Rows.Check(("image_urls", value), ("prompt", "@Video1 @Image1 @Image2")).Input["image_urls"]));
    }

    [Fact]
    public void An_input_that_was_sent_once_can_be_sent_again()
    {
        var sent = Rows.Check(("image_urls", Two), ("keep_audio", "no"), ("duration", 5)).Input;
        var again = VideoChecks.Check(new VideoDraft { Values = sent.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => entry.Value) }, false).Input;
        Assert.Equal(sent.ToString(), again.ToString());
    }

    [Fact]
    public void The_order_of_the_input_does_not_depend_on_the_order_of_the_row()
    {
        var names = new[] { "prompt", "video_url", "duration", "keep_audio" };
        object?[] values = [Rows.Prompt, Rows.Video, "5", true];
        var rows = names.Zip(values).ToList();
        var forward = VideoChecks.Check(new VideoDraft { Values = rows.ToDictionary(pair => pair.First, pair => pair.Second) }, false);
        rows.Reverse();
        var backward = VideoChecks.Check(new VideoDraft { Values = rows.ToDictionary(pair => pair.First, pair => pair.Second) }, false);
        Assert.Equal(forward.Input.ToString(), backward.Input.ToString());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_that_JSON_cannot_write_is_refused(object value)
    {
        Assert.Equal(InputRules.Number, Rows.Check(("duration", value)).OnlyError().Rule);
        var unknown = VideoChecks.Check(new VideoDraft { Model = "kling-o4", Values = new Dictionary<string, object?> { ["cfg"] = new[] { value } } }, false);
        Assert.Equal(InputRules.Number, unknown.OnlyError().Rule);
    }

    [Fact]
    public void A_type_that_cannot_be_sent_is_named()
    {
        var error = Rows.Check(("keep_audio", new Version(1, 2))).OnlyError();
        Assert.Equal(InputRules.Type, error.Rule);
        Assert.Contains("Version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blank_model_is_the_default_model() =>
        Assert.Equal(VideoDraft.DefaultModel, VideoChecks.Check(Rows.With() with { Model = " " }, false).Model);
}
