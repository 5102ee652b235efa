using KlingO3.Bulk;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class CanonicalRowTests
{
    private const string Model = "kling-o3-pro-video-to-video-reference";
    private const string Content = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Keys that stand in people's ledgers, computed from the definition by other means. None is ever changed: a change needs a new version.</summary>
    private static readonly (VideoRequest Row, int Place, string Key)[] Golden =
    [
        (Row(), 0, "B0F255FF5E9C65F2B71C6D8281C327F2"),
        (Row(), 1, "8CF443719785941EDF82D66B8A34F622"),
        (Row(), 999, "545D76450B9AFE1D358009E14A8C5CD8"),
        (Row("Sunrise"), 0, "CBC979B5C9CB8752C1BFBCCC346EA54D"),
        (Row("Größe ΟΔΟΣ 東京 🎬"), 0, "72D815709E6EEF8699462B9F8BEE0C14"),
        (Row("clip") with { IsNamedByFile = true }, 0, "B0F255FF5E9C65F2B71C6D8281C327F2"),
        (Row(null, ("prompt", "a \"quoted\" \\ prompt\r\nwith\ttwo lines")), 0, "2559748B53AD1733348A24A82F706C76"),
        (Row(null, ("prompt", "< > & ' + \u007f \u2028 é 東京 🎬")), 0, "D82CF0BCA6B3ED31D7DDBF85B393CB6F"),
        (Row(null, ("video_url", "https://media.example.com/a.mp4?x=1&y=%20#t=3")), 0, "A5E20AE8EEDB71F6E66EBE8D381C9AAA"),
        (Row(null, ("video_url", Content)), 0, "DA230BE1C7E14E36416636C1AA08346F"),
        (Row(null, ("image_urls", new[] { "https://media.example.com/a.png", "https://media.example.com/b.png" })), 0, "29ADDBA19826BE639F4C8A7B98F296FC"),
        (Row(null, ("image_urls", Array.Empty<string>())), 0, "B0F255FF5E9C65F2B71C6D8281C327F2"),
        (Row(null, ("elements", new object[] { Element })), 0, "E07107E72B70BA1B2998E9D60483DF2E"),
        (Row(null, ("keep_audio", true)), 0, "8AAA1C90E1A0AABE85414A5BB362CEEC"),
        (Row(null, ("keep_audio", false)), 0, "C4DB5A79135C15CC4A6EC9FA404950BB"),
        (Row(null, ("duration", "5"), ("aspect_ratio", "9:16"), ("shot_type", "customize")), 0, "8D16AEA0013C740B93C63F81239AD46B"),
        (new VideoRequest("kling-o3-pro-text-to-video", new KlingInput { ["prompt"] = "A city", ["generate_audio"] = true }), 0, "8DC73BD473C7D907AD67DD33F97D577C"),
        (new VideoRequest("a-model-of-tomorrow", new KlingInput { ["seed"] = 42L, ["scale"] = 1.5, ["tiny"] = 1e-7, ["huge"] = 1e20 }), 0, "1264EFA51D304A292482541C9E19B7AB"),
        (new VideoRequest("a-model-of-tomorrow", new KlingInput { ["nested"] = new KlingInput { ["none"] = null, ["blank"] = " ", ["items"] = new object?[] { 1L, null, "" } } }), 0, "25275D9C0B7F7BDCFD697B918F2FB0D9"),
        (new VideoRequest("a-model-of-tomorrow", new KlingInput { ["empty"] = new KlingInput(), ["B"] = "upper", ["a"] = "lower", ["é"] = "accent" }), 0, "5AC9E3601531ECADCFB54008C3AE718A"),
    ];

    private static KlingInput Element => new()
    {
        ["frontal_image_url"] = "https://media.example.com/f.png",
        ["reference_image_urls"] = new[] { "https://media.example.com/r.png", Content },
    };

    public static TheoryData<int> Goldens => [.. Enumerable.Range(0, Golden.Length)];

    public static TheoryData<string> Pairs => [.. SameRow.All.Select(pair => pair.What)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Keys_never_change(int number)
    {
        var (row, place, key) = Golden[number];

        Assert.Equal(key, CanonicalRow.Key(row, place));
    }

    [Fact]
    public void The_form_is_the_JSON_that_its_definition_says()
    {
        var row = Row(" größe\u00a0", ("prompt", "\"a\"\n\u0001 "), ("elements", new object[] { Element }), ("keep_audio", true), ("duration", 5), ("image_urls", Array.Empty<string>()), ("x", null));

        Assert.Equal(
            """["2","kling-o3-pro-video-to-video-reference",{"duration":"5","elements":[{"frontal_image_url":"https://media.example.com/f.png","reference_image_urls":["https://media.example.com/r.png","sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}],"keep_audio":"true","prompt":"\"a\"\n\u0001","video_url":"https://media.example.com/clip.mp4"},"GRÖßE","7"]""",
            CanonicalRow.Form(row, 7));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Rows_that_are_the_same_to_a_person_have_the_same_key_however_they_are_written_and_others_have_not(string what)
    {
        var pair = SameRow.All.Single(pair => pair.What == what);
        static (string Batch, string Key) Known(VideoRequest row) => (NameFolding.Fold(row.Batch), CanonicalRow.Key(row, 0));

        var one = Assert.Single(SameRow.Requests(pair.One).Select(Known).Distinct());
        var other = Assert.Single(SameRow.Requests(pair.Other).Select(Known).Distinct());

        Assert.Equal(pair.Same, one == other);
    }

    [Fact]
    public void The_table_has_both_kinds_of_pairs()
    {
        Assert.InRange(SameRow.All.Count(pair => pair.Same), 30, 1000);
        Assert.InRange(SameRow.All.Count(pair => !pair.Same), 15, 1000);
    }

    [Theory]
    [InlineData("Spring", "SPRING\u3000", true)]
    [InlineData("\u2060spring\u200d", "\u00adspring", true)]
    [InlineData("i\u0307", "I\u0307", true)]
    [InlineData("\u0130", "I\u0307", true)]
    [InlineData("ß", "SS", false)]
    [InlineData("ı", "i", false)]
    [InlineData("spring time", "spring\u00a0time", false)]
    [InlineData("half \ud83c", "HALF \ud83c", true)]
    [InlineData(null, " ", true)]
    public void Names_are_compared_without_regard_to_case_and_outer_white_space(string? one, string? other, bool same) =>
        Assert.Equal(same, NameFolding.AreSame(one, other));

    [Fact]
    public void Names_are_folded_the_same_in_every_culture()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("tr-TR");
            Assert.Equal("TITLE I", NameFolding.Fold("title i"));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    private static VideoRequest Row(string? name = null, params (string Name, object? Value)[] changes)
    {
        var input = new KlingInput { ["prompt"] = "Rain on @Video1", ["video_url"] = "https://media.example.com/clip.mp4" };
        foreach (var (member, value) in changes)
        {
            input[member] = value;
        }

        return new VideoRequest(Model, input) { Name = name, Batch = "spring" };
    }
}
