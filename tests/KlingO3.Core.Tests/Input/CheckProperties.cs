using System.Collections;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

/// <summary>What holds of every row whatever.</summary>
public sealed class CheckProperties
{
    private static readonly string[] Pieces =
    [
        "", " ", ";", "|", "[", "]", "{", "}", "\"", ",", ":", "@Image1", "@image 2", "@Element1", "@Video1", "https://", "http://", "cdn.example.com", "localhost",
        "10.0.0.1", "[::1]", "/a.mp4", "/b.PNG", ".mov?x=1", "user:pw@", "data:", "C:\\", "5", "s", "16", "x", "9", "true", "no", "null",
            "1e999", "\0", "\u202E", "\uD800", "\uFEFF", "🌧", "é",
        "frontal_image_url", "reference_image_urls", "<<<image_1>>>", "\r\n", "%", "\\",
    ];

    private static readonly string[] Names = [.. InputNames.All, "promt", "x", "", "video url", "frame_url", "a\0b", "ELEMENTS", "image_urls "];

    private static Gen<string> Text => Gen.OneOf(
        Gen.Elements(Pieces).ListOf().Select(string.Concat),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));

    private static Gen<object?> Leaf => Gen.OneOf(
        Text.Select(text => (object?)text),
        Gen.Constant<object?>(null),
        ArbMap.Default.GeneratorFor<double>().Select(number => (object?)number),
        ArbMap.Default.GeneratorFor<int>().Select(number => (object?)number),
        ArbMap.Default.GeneratorFor<decimal>().Select(number => (object?)number),
        ArbMap.Default.GeneratorFor<bool>().Select(flag => (object?)flag),
        ArbMap.Default.GeneratorFor<DateTime>().Select(time => (object?)time),
        Text.Select(text => (object?)new KlingElement { FrontalImage = text, ReferenceImages = [text] }),
        Text.Select(text => (object?)JsonSerializer.SerializeToElement(text)),
        Text.Select(text => (object?)(Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri : null)),
        Gen.Elements<object?>(new object(), new Version(1, 1), ConsoleColor.Red, Guid.Empty, default(JsonElement), TimeSpan.FromSeconds(5), Array.Empty<int>(), 'x'));

    private static Gen<object?> Value(int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (6, Leaf),
        (2, Value(depth - 1).ArrayOf().Select(items => (object?)items)),
        (1, Value(depth - 1).ListOf().Select(items => (object?)new ArrayList(items.ToArray()))),
        (2, Members(depth - 1).Select(map => (object?)map)),
        (1, Members(depth - 1).Select(map => (object?)new Hashtable(map.ToDictionary(pair => (object)pair.Key, pair => pair.Value)))));

    private static Gen<Dictionary<string, object?>> Members(int depth) =>
        Gen.Elements(Names).Zip(Value(depth)).ListOf().Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    /// <summary>A usual row with a few values changed: rows that are wrong all over would only ever show their errors.</summary>
    private static Gen<Dictionary<string, object?>> NearlyGood => Members(2).Select(changes => Rows.With([.. changes.Take(2).Select(change => (change.Key, change.Value))])
        .Values.ToDictionary(value => value.Key, value => value.Value));

    private static Arbitrary<VideoDraft> Drafts => Gen.OneOf(Members(3), NearlyGood).Zip(Gen.Elements(ModelCatalog.Slugs.Append("kling-o4").ToArray())).Zip(Text)
        .Select(parts => new VideoDraft { Values = parts.Item1.Item1, Model = parts.Item1.Item2, Name = parts.Item2, WebhookUrl = parts.Item2 }).ToArbitrary();

    /// <summary>Rows that have a chance: a model that takes nearly anything, or the usual row with one change.</summary>
    private static Arbitrary<VideoDraft> Hopeful => NearlyGood.Zip(Gen.Elements("kling-o4", "kling-o4", VideoDraft.DefaultModel))
        .Select(parts => new VideoDraft { Values = parts.Item1, Model = parts.Item2 }).ToArbitrary();

    [Fact]
    public void No_value_of_any_kind_makes_the_checks_throw() => Holds(draft =>
    {
        var check = VideoChecks.Check(draft, allowLoopback: false);
        using var json = JsonDocument.Parse(check.Input.ToString());
        Assert.Equal(check.IsValid, check.ToException() is null);
        Assert.Equal(check.Findings.OrderByDescending(finding => finding.Severity).Select(finding => finding.Rule), check.Findings.Select(finding => finding.Rule));
        Assert.All(check.Findings, finding => Assert.DoesNotContain(finding.ToString(), character => char.IsControl(character) || character is '\u202E'));
    });

    [Fact]
    public void What_would_be_sent_passes_unchanged_when_it_comes_back_as_JSON()
    {
        var valid = 0;
        Holds(draft => valid += ComesBack(draft) ? 1 : 0, Hopeful);
        Assert.True(valid > 50, $"Only {valid} rows were valid: the property said next to nothing.");
    }

    private static bool ComesBack(VideoDraft draft)
    {
        var first = VideoChecks.Check(draft, allowLoopback: false);
        if (!first.IsValid)
        {
            return false;
        }

        using var json = JsonDocument.Parse(first.Input.ToString());
        var values = json.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        var second = VideoChecks.Check(draft with { Values = values }, allowLoopback: false);
        Assert.Equal(first.Input.ToString(), second.Input.ToString());
        Assert.True(second.IsValid);
        return true;
    }

    [Fact]
    public void A_row_is_judged_the_same_each_time() => Holds(draft =>
        Assert.Equal(VideoChecks.Check(draft, false).Findings, VideoChecks.Check(draft, false).Findings));

    private static void Holds(Action<VideoDraft> property, Arbitrary<VideoDraft>? drafts = null) =>
        Prop.ForAll(drafts ?? Drafts, property).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
