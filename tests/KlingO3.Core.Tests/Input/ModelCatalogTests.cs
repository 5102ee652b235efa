using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

/// <summary>The catalog is data that people edit: what the checks rely on is held here.</summary>
public sealed class ModelCatalogTests
{
    public static TheoryData<string> Slugs => [.. ModelCatalog.Slugs];

    [Fact]
    public void It_has_every_Kling_O3_model_in_both_tiers()
    {
        string[] kinds = ["video-to-video-reference", "video-to-video-edit", "text-to-video", "image-to-video", "reference-to-video"];
        var expected = kinds.SelectMany(kind => new[] { $"kling-o3-pro-{kind}", $"kling-o3-standard-{kind}" });
        Assert.Equal(expected.Order(), ModelCatalog.Slugs.Order());
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public void Every_model_is_whole(string slug)
    {
        var model = ModelCatalog.Find(slug)!;
        Assert.Equal(slug, $"kling-o3-{model.Tier}-{model.Kind}");
        Assert.NotEmpty(model.Sources);
        Assert.Equal(model.Inputs.Count, model.Inputs.Select(input => input.Name).Distinct().Count());
        Assert.All(model.Inputs, input => Assert.NotEmpty(input.Description!));
        Assert.All(model.Inputs, input => Assert.NotEmpty(input.Example!));
        Assert.All(model.SharedLimits.SelectMany(limit => limit.Inputs), name => Assert.Contains(model.Inputs, input => input.Name == name));
        Assert.All(model.OneOf.SelectMany(group => group), name => Assert.Contains(model.Inputs, input => input.Name == name));
        Assert.All(model.Inputs.Where(input => input.Type == KlingInputType.Array), input => Assert.NotNull(input.Items));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public void Every_example_of_the_catalog_passes_its_own_checks(string slug)
    {
        var model = ModelCatalog.Find(slug)!;
        var oneOf = model.OneOf.Skip(1).SelectMany(group => group).ToHashSet();
        var values = model.Inputs.Where(input => !oneOf.Contains(input.Name)).ToDictionary(input => input.Name, input => (object?)input.Example);
        values["prompt"] = string.Concat("Use ", string.Join(' ', model.Inputs.Where(input => input.Reference is not null).SelectMany(
            input => Enumerable.Range(1, input.Example!.Split(';').Length).Select(number => $"@{input.Reference}{number}"))));
        var check = VideoChecks.Check(new VideoDraft { Model = slug, Values = values }, allowLoopback: false);
        Assert.Empty(check.Findings);
        Assert.Equal(values.Keys.Order(), check.Input.Keys.Cast<string>().Order());
    }

    [Fact]
    public void Defaults_differ_where_the_service_says_so()
    {
        static string? Default(string slug, string input) => ModelCatalog.Find(slug)!.Inputs.Single(other => other.Name == input).Default;
        Assert.Equal("8", Default("kling-o3-standard-text-to-video", "duration"));
        Assert.Equal("5", Default("kling-o3-pro-text-to-video", "duration"));
        Assert.Equal("true", Default("kling-o3-standard-text-to-video", "generate_audio"));
        Assert.Equal("false", Default("kling-o3-pro-text-to-video", "generate_audio"));
    }

    [Fact]
    public void A_slug_is_found_whatever_its_case_and_a_near_one_is_suggested()
    {
        Assert.Equal(VideoDraft.DefaultModel, ModelCatalog.Find(" Kling-O3-PRO-video-to-video-reference ")!.Slug);
        Assert.Null(ModelCatalog.Find("kling-o3-pro-video-to-video-referense"));
        Assert.Equal(VideoDraft.DefaultModel, ModelCatalog.Nearest("kling-o3-pro-video-to-video-referense"));
        Assert.Null(ModelCatalog.Nearest("flux-1"));
    }
}
