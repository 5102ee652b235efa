using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

public sealed class InputNamesTests
{
    [Theory]
    [InlineData("Promt", "prompt")]
    [InlineData("Porompt", "prompt")]
    [InlineData("Vidoe", "Video")]
    [InlineData("Images", "Image")]
    [InlineData("Aspect Ratio", "aspect_ratio")]
    [InlineData("aspectratoi", "aspect_ratio")]
    [InlineData("video-url", "video_url")]
    [InlineData("Duratoin", "duration")]
    [InlineData("keepaudoi", "keep_audio")]
    [InlineData("webhok_url", "WebhookUrl")]
    [InlineData("generate audio", "generate_audio")]
    public void A_name_that_is_nearly_known_is_recognised(string name, string meant) =>
        Assert.Equal(meant, InputNames.Nearest(name), ignoreCase: true);

    [Theory]
    [InlineData("Prompt")]
    [InlineData("PROMPT")]
    [InlineData("video_url")]
    [InlineData("KeepAudio")]
    [InlineData("Batch")]
    [InlineData("multi_prompt")]
    public void A_known_name_is_no_near_miss(string name)
    {
        Assert.True(InputNames.IsKnown(name));
        Assert.Null(InputNames.Nearest(name));
    }

    [Theory]
    [InlineData("Id")]
    [InlineData("Customer")]
    [InlineData("Price")]
    [InlineData("Notes")]
    [InlineData("Status")]
    [InlineData("OutputUrl")]
    [InlineData("Title")]
    [InlineData("CreatedAt")]
    [InlineData("")]
    [InlineData("   ")]
    public void Other_columns_are_left_alone(string name) => Assert.Null(InputNames.Nearest(name));

    [Fact]
    public void A_header_of_a_million_letters_takes_no_time() => Assert.Null(InputNames.Nearest(new string('p', 1_000_000)));
}
