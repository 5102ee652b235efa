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
    public void What_is_left_out_counts_as_the_models_default()
    {
        var sent = new KlingInput { ["prompt"] = "a" };
        var told = new KlingInput { ["prompt"] = "a", ["duration"] = "5", ["aspect_ratio"] = "16:9", ["keep_audio"] = true, ["shot_type"] = "customize" };
        var longer = new KlingInput { ["prompt"] = "a", ["duration"] = "10" };

        Assert.Equal(InputIdentity.JobHash(Model, sent), InputIdentity.JobHash(Model, told));
        Assert.NotEqual(InputIdentity.JobHash(Model, sent), InputIdentity.JobHash(Model, longer));
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
