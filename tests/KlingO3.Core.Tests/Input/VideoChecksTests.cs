using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

public sealed class VideoChecksTests
{
    [Theory]
    [InlineData("http://localhost:5000/clip.mp4")]
    [InlineData("http://127.0.0.1:5000/clip.mp4")]
    [InlineData("https://[::1]:5000/clip.mp4")]
    public void Loopback_passes_only_while_the_service_is_on_loopback(string url)
    {
        var draft = Rows.With(("video_url", url)) with { WebhookUrl = url };
        Assert.Empty(VideoChecks.Check(draft, allowLoopback: true).Findings);
        var errors = VideoChecks.Check(draft, allowLoopback: false).Findings;
        Assert.Contains(errors, finding => finding is { Field: "video_url", Rule: InputRules.Loopback });
        Assert.Contains(errors, finding => finding is { Field: "webhook_url", Rule: InputRules.Loopback });
    }

    [Theory]
    [InlineData("http://cdn.example.com/clip.mp4", InputRules.Https)]
    [InlineData("https://10.0.0.1/clip.mp4", InputRules.PrivateAddress)]
    [InlineData("https://169.254.169.254/clip.mp4", InputRules.PrivateAddress)]
    public void A_service_on_loopback_opens_nothing_else(string url, string rule) =>
        Assert.Equal(rule, VideoChecks.Check(Rows.With(("video_url", url)), allowLoopback: true).OnlyError().Rule);

    [Fact]
    public void One_error_says_the_field_the_value_the_rule_and_what_was_meant()
    {
        var exception = Rows.Check(("aspect_ratio", "16x9")).ToException()!;
        Assert.Equal("aspect_ratio: '16x9' is not one of: 16:9, 9:16, 1:1.", exception.Message);
        Assert.Equal("Did you mean '16:9'? Nothing was sent and nothing paid.", exception.RecommendedAction);
    }

    [Fact]
    public void Several_errors_are_one_exception_with_a_list()
    {
        var exception = Rows.Check(("aspect_ratio", "16x9"), ("duration", "99")).ToException()!;
        Assert.Equal(
            "2 inputs are wrong:\n- aspect_ratio: '16x9' is not one of: 16:9, 9:16, 1:1. Did you mean '16:9'?\n- duration: '99' is out of range: duration takes 3 to 15. Example: 5",
            exception.Message);
        Assert.Equal("Correct aspect_ratio, duration. Nothing was sent and nothing paid.", exception.RecommendedAction);
    }

    [Fact]
    public void Warnings_come_after_errors_and_make_no_exception()
    {
        var check = Rows.Check(("duration", "12"), ("keep_audio", "perhaps"));
        Assert.Equal([InputRules.Boolean, InputRules.SoftRange], check.Findings.Select(finding => finding.Rule));
        Assert.Null(Rows.Check(("duration", "12")).ToException());
    }

    [Fact]
    public void A_value_is_shown_in_80_characters_at_most()
    {
        var message = Rows.Check(("video_url", "https://cdn.example.com/" + new string('x', 5000) + ".avi")).OnlyError().Message;
        var shown = message.Split('\'')[1];
        Assert.True(shown.Length <= 80, shown);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void What_turns_text_around_is_shown_as_an_escape()
    {
        var message = Rows.Check(("aspect_ratio", "\u202E9:61\u0007")).OnlyError().Message;
        Assert.Contains("\\u0007", message, StringComparison.Ordinal);
        Assert.Contains("\\u202E", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', message);
    }

    [Fact]
    public void A_password_is_never_shown_however_the_URL_is_wrong()
    {
        string[] urls =
        [
            "https://u:hunter2@cdn.example.com/a.avi", "http://u:hunter2@localhost/a.mp4", "https://u:hunter2@cdn.example.com/a b.mp4",
            "htps://u:hunter2@cdn.example.com/a.mp4", "https://u:hunter2@cdn.example.com:99999/a.mp4", "https://u:hunter2@x@10.0.0.1/a.mp4",
        ];
        foreach (var url in urls)
        {
            var exception = VideoChecks.Check(Rows.With(("video_url", url)) with { WebhookUrl = url }, false).ToException()!;
            Assert.DoesNotContain("hunter2", exception.Message + exception.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_that_is_not_known_is_a_warning_with_the_nearest_one()
    {
        var check = VideoChecks.Check(Rows.With() with { Model = "kling-o3-pro-video-to-video-referenc" }, false);
        Assert.True(check.IsValid);
        Assert.Equal("kling-o3-pro-video-to-video-referenc", check.Model);
        Assert.Contains(VideoDraft.DefaultModel, check.Findings.Single().Suggestion, StringComparison.Ordinal);
    }

    [Fact]
    public void Not_even_an_unknown_model_gets_a_private_URL() =>
        Assert.Equal(
            [InputRules.PrivateAddress, InputRules.Https],
            VideoChecks.Check(Rows.With(("video_url", "https://10.0.0.1/a.mp4"), ("mask_url", "http://cdn.example.com/m.png")) with { Model = "kling-o4" }, false)
                .Findings.Where(finding => finding.Severity == KlingSeverity.Error).Select(finding => finding.Rule));

    [Fact]
    public void Twenty_thousand_usual_rows_take_no_time_to_speak_of()
    {
        var draft = Rows.With(("image_urls", Rows.Image), ("elements", $"{Rows.Image}|{Rows.Image}"), ("prompt", "@Video1 @Image1 @Element1"), ("duration", "5s"));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var row = 0; row < 20_000; row++)
        {
            Assert.True(VideoChecks.Check(draft, false).IsValid);
        }

        // A second is what is promised; a busy machine and an unoptimised build get more.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }
}
