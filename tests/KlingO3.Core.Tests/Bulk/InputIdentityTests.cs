using KlingO3.Bulk;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class InputIdentityTests
{
    private const string Model = "kling-o3-pro-video-to-video-reference";

    [Fact]
    public void The_order_of_members_and_the_type_of_scalars_do_not_make_another_job()
    {
        var sent = new KlingInput { ["prompt"] = "a", ["keep_audio"] = false, ["duration"] = "8", ["image_urls"] = new[] { "x", "y" } };
        var told = new KlingInput { ["duration"] = 8L, ["image_urls"] = new object[] { "x", "y" }, ["keep_audio"] = "false", ["prompt"] = "a" };

        Assert.Equal(InputIdentity.JobHash(Model, sent), InputIdentity.JobHash(Model, told));
    }

    [Fact]
    public void Outer_white_space_does_not_make_another_job() => Assert.Equal(
        InputIdentity.JobHash(Model, new KlingInput { ["prompt"] = "a", ["image_urls"] = new[] { "x" } }),
        InputIdentity.JobHash(Model, new KlingInput { ["prompt"] = " a\u00a0", ["image_urls"] = new[] { "x " } }));

    [Fact]
    public void What_is_left_out_counts_as_the_models_default()
    {
        var sent = new KlingInput { ["prompt"] = "a" };
        var told = new KlingInput { ["prompt"] = "a", ["duration"] = "5", ["aspect_ratio"] = "16:9", ["keep_audio"] = true, ["shot_type"] = "customize" };
        var longer = new KlingInput { ["prompt"] = "a", ["duration"] = "10" };

        Assert.Equal(InputIdentity.JobHash(Model, sent), InputIdentity.JobHash(Model, told));
        Assert.NotEqual(InputIdentity.JobHash(Model, sent), InputIdentity.JobHash(Model, longer));
    }

    [Fact]
    public void An_empty_list_is_the_same_as_none()
    {
        var sent = new KlingInput { ["prompt"] = "a" };
        var told = new KlingInput { ["prompt"] = "a", ["image_urls"] = Array.Empty<object>(), ["elements"] = null };

        Assert.Equal(InputIdentity.JobHash(Model, sent), InputIdentity.JobHash(Model, told));
    }

    [Theory]
    [InlineData("prompt", "A  street ", true)]
    [InlineData("video_url", "HTTPS://Media.example.com/a%20b.mp4", true)]
    [InlineData("seed", "42", true)]
    [InlineData("duration", "5", true)]
    [InlineData("prompt", "a straat", false)]
    [InlineData("video_url", "https://media.example.com/c.mp4", false)]
    [InlineData("duration", "6", true)]
    [InlineData("keep_audio", "false", true)]
    [InlineData("aspect_ratio", "9:16", false)]
    [InlineData("shot_type", "other", true)]
    public void A_job_is_alike_when_the_service_may_have_made_it_of_the_row(string name, string value, bool alike)
    {
        var sent = new KlingInput { ["prompt"] = "a street", ["video_url"] = "https://media.example.com/a b.mp4", ["aspect_ratio"] = "16:9" };
        var told = new KlingInput { ["prompt"] = "a street", ["video_url"] = "https://media.example.com/a b.mp4", ["keep_audio"] = true };
        told[name] = value;

        Assert.Equal(alike, InputIdentity.IsAlike(sent, told));
    }

    [Fact]
    public void An_input_that_the_row_gave_counts_although_the_catalog_does_not_know_it()
    {
        KlingInput Seed(string seed) => new() { ["prompt"] = "a", ["seed"] = seed };

        Assert.False(InputIdentity.IsAlike(Seed("1"), Seed("2")));
        Assert.True(InputIdentity.IsAlike(Seed("1"), Seed("1")));
    }

    [Fact]
    public void The_order_of_a_list_makes_another_job()
    {
        var one = new KlingInput { ["image_urls"] = new[] { "x", "y" } };
        var other = new KlingInput { ["image_urls"] = new[] { "y", "x" } };

        Assert.NotEqual(InputIdentity.JobHash(Model, one), InputIdentity.JobHash(Model, other));
    }

    [Fact]
    public void Equal_rows_of_a_run_have_keys_of_their_own_and_a_second_run_finds_the_same_ones()
    {
        VideoRequest Row(string prompt, string? name = null) => new(Model, new KlingInput { ["prompt"] = prompt }) { Batch = "b", Name = name };
        var (first, second) = (new RowKeys(), new RowKeys());
        string[] one = [first.Next(Row("a")), first.Next(Row("b")), first.Next(Row("a")), first.Next(Row("a", "named"))];
        string[] other = [second.Next(Row("a", "named")), second.Next(Row("a")), second.Next(Row("a")), second.Next(Row("b"))];

        Assert.Equal(4, one.Distinct().Count());
        Assert.Equal(one.Order(), other.Order());
    }
}
