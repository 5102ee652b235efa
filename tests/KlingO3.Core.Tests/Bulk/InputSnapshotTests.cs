using System.Collections;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>What a user does to a row after it was handed over, and what cannot be sent at all.</summary>
public sealed class InputSnapshotTests
{
    /// <summary>A member that cannot be written as JSON, and what the error calls it.</summary>
    public static TheoryData<object, string> NotJson => new()
    {
        { new DateTime(2026, 1, 1), "extra is a DateTime" },
        { double.NaN, "extra is NaN" },
        { double.PositiveInfinity, "extra is" },
        { 1.5f, "extra is a Single" },
        { new Hashtable { ["a"] = 1 }, "extra is a Hashtable" },
        { new Uri("https://x/"), "extra is a Uri" },
        { new object?[] { "a", null, new object[] { 1, Guid.Empty } }, "extra[2][1] is a Guid" },
        { Keyed(5), "extra.deep has a member whose name is no text but a Int32" },
        { Cycle(), "nested more than 60 levels deep" },
        { Lists(100), "nested more than 60 levels deep" },
        { Throwing(), "extra cannot be read: out of order" },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(NotJson), DisableDiscoveryEnumeration = true)]
    public async Task A_member_that_cannot_be_written_as_JSON_is_one_error_before_anything_is_written_down_or_sent(object member, string named)
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        var bad = Workshop.Row("bad", "spring", "bad row");
        bad.Input["extra"] = member;

        var outcomes = await shop.CreateAsync(client, [bad, Workshop.Row("good", "spring")]);

        var error = Assert.IsType<KlingException>(outcomes[0]);
        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("'bad row'", error.Message, StringComparison.Ordinal);
        Assert.IsType<CreateResult>(outcomes[1]);
        Assert.Equal(1, (await shop.StateAsync()).Number("createCalls"));
        Assert.Equal("good", Assert.Single(client.List(new PredictionQuery())).Input!["prompt"]);
    }

    [Fact]
    public async Task A_webhook_address_that_cannot_be_sent_is_found_before_anything_is_written_down()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();

        var error = Assert.IsType<KlingException>(Assert.Single(await shop.CreateAsync(client, [Workshop.Row("one") with { WebhookUrl = new Uri("/hook", UriKind.Relative) }])));

        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.Empty(client.List(new PredictionQuery()));
    }

    [Fact]
    public async Task What_is_sent_is_the_row_as_it_was_handed_over()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client(options => options with { MaxConcurrent = 1 });
        var first = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(client, [Workshop.Row("[never]")]))).Prediction!;
        var (images, references) = (new List<object> { "https://x/1.png" }, new List<string> { "https://x/2.png" });
        var element = new KlingInput { ["frontal_image_url"] = "https://x/4.png", ["reference_image_urls"] = new[] { "https://x/5.png" } };
        var row = Workshop.Row("as it was");
        row.Input["image_urls"] = images;
        row.Input["elements"] = new object[] { new KlingElement { FrontalImage = "https://x/3.png", ReferenceImages = references }, element };
        var expected = row.Input.ToString();
        var ticket = shop.Run(client).Submit(row, Cancel);

        (row.Input["prompt"], row.Input["extra"], images[0], references[0]) = ("edited", new object(), "https://x/edited.png", "https://x/edited.png");
        element.Clear();
        await client.CancelAsync(first.Id!, Cancel);
        var created = await ticket.Result.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Equal(expected, created.Prediction!.Input!.ToString());
        var sent = (await shop.StateAsync()).GetProperty("jobs")[1].GetProperty("input");
        Assert.Equal(expected, KlingInput.FromJson(sent).ToString());
    }

    [Fact]
    public async Task Rows_that_another_thread_edits_all_the_time_are_created_whole_or_refused_and_never_anything_else()
    {
        await using var shop = await Workshop.OpenAsync("--max-concurrent", "500", "--per-minute", "5000");
        var client = shop.Client(options => options with { MaxConcurrent = 500, CreatesPerMinute = 5000 });
        var row = Workshop.Row("steady");
        using var stop = new CancellationTokenSource();
        var editing = Task.Run(() =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                row.Input.Remove("keep_audio");
                row.Input["keep_audio"] = n % 2 == 0;
            }
        }, Cancel);

        var run = shop.Run(client);
        var tickets = Enumerable.Range(0, 100).Select(_ => run.Submit(row, Cancel)).ToList();
        var errors = new List<KlingException>();
        foreach (var ticket in tickets)
        {
            try
            {
                Assert.Equal("steady", (await ticket.Result.WaitAsync(TimeSpan.FromSeconds(60), Cancel)).Prediction!.Input!["prompt"]);
            }
            catch (KlingException error)
            {
                errors.Add(error);
            }
        }

        await stop.CancelAsync();
        await editing;
        Assert.All(errors, error => Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId));
        Assert.Equal(100 - errors.Count, (await shop.StateAsync()).Number("createCalls"));
    }

    [Fact]
    public void A_copy_is_equal_and_shares_nothing()
    {
        var input = new KlingInput
        {
            ["null"] = null,
            ["text"] = "a",
            ["flag"] = true,
            ["numbers"] = new object[] { 1, 2L, 3.5, 4.5m },
            ["texts"] = new[] { "a", "b" },
            ["nested"] = new KlingInput { ["list"] = new object?[] { new KlingInput { ["x"] = "y" }, null } },
            ["element"] = new KlingElement { Video = "https://x/v.mp4" },
        };
        var before = input.ToString();

        var copy = input.Copy();
        Assert.Equal(before, copy.ToString());
        Assert.IsType<string[]>(copy["texts"]);
        ((string[])copy["texts"]!)[0] = "changed";
        ((object?[])((KlingInput)copy["nested"]!)["list"]!)[1] = "changed";
        copy["text"] = "changed";

        Assert.Equal(before, input.ToString());
    }

    private static KlingInput Cycle()
    {
        var input = new KlingInput();
        input["self"] = input;
        return input;
    }

    private static KlingInput Keyed(object key)
    {
        var input = new KlingInput();
        input.Add(key, "value");
        return new KlingInput { ["deep"] = input };
    }

    private static object Lists(int depth) => depth == 0 ? "end" : new[] { Lists(depth - 1) };

    private static IEnumerable<string> Throwing()
    {
        yield return "first";
        throw new InvalidOperationException("out of order");
    }
}
