using Xunit;

namespace KlingO3.Core.Tests.Text;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("\u001B[31mred\u001B[0m", "\\u001B[31mred\\u001B[0m")]
    [InlineData("\u001B]52;c;cm0=\u0007", "\\u001B]52;c;cm0=\\u0007")]
    [InlineData("\u009B2J\u007F\0", "\\u009B2J\\u007F\\u0000")]
    [InlineData("a\nWARNING: b\r\nc\td", "a\\nWARNING: b\\r\\nc\\td")]
    [InlineData("a\u0085b\u2028c\u2029d", "a\\u0085b\\u2028c\\u2029d")]
    [InlineData("\u202Egpj.exe\u2066\u2069\u200E\u200F\u061C", "\\u202Egpj.exe\\u2066\\u2069\\u200E\\u200F\\u061C")]
    [InlineData("a\u200Bb\u2060c\uFEFFd\u00ADe", "a\\u200Bb\\u2060c\\uFEFFd\\u00ADe")]
    public void What_a_terminal_would_obey_or_hide_is_written_as_JSON_writes_it(string text, string visible)
    {
        Assert.Equal(visible, VisibleText.Of(text));
        Assert.Equal(visible, VisibleText.Of(visible));
    }

    [Theory]
    [InlineData("")]
    [InlineData("İstanbul, 東京 & 🌧️, café: 100 % \\o/ 'x' \"y\"")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467")]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    public void What_people_write_stays_as_it_is(string text)
    {
        Assert.Equal(text, VisibleText.Of(text));
        Assert.Equal(text, VisibleText.Lines(text));
        Assert.Equal(text, VisibleText.Address(text));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_visible()
    {
        Assert.Equal("half \\uD83C pair \\uDF27 🌧", VisibleText.Of("half \uD83C pair \uDF27 🌧"));
        Assert.Equal("a%EF%BF%BDb", VisibleText.Address("a\uD83Cb"));
    }

    [Fact]
    public void A_log_keeps_its_lines_and_nothing_else() => Assert.Equal("a\n\tb\nc\\rd\\u001B[2J", VisibleText.Lines("a\r\n\tb\nc\rd\u001B[2J"));

    [Theory]
    [InlineData("https://cdn.example.com/a\u001Bb\u202Ec\nd.mp4", "https://cdn.example.com/a%1Bb%E2%80%AEc%0Ad.mp4")]
    [InlineData("https://cdn.example.com/é 🌧.mp4?x=%1B", "https://cdn.example.com/é 🌧.mp4?x=%1B")]
    public void An_address_is_the_same_address(string text, string visible) => Assert.Equal(visible, VisibleText.Address(text));

    [Fact]
    public void An_input_reads_back_from_its_text_as_it_was()
    {
        var input = new KlingInput { ["prompt"] = "a\nb\t\u001B[31m\u009B\u202E\u200B\u2028 \u200D🌧", ["x\u202Ey"] = "z" };

        var text = input.ToString();
        using var json = System.Text.Json.JsonDocument.Parse(text);

        Assert.DoesNotMatch(HostileText.Harmful, text);
        Assert.Equal((string)input["prompt"]!, json.RootElement.GetProperty("prompt").GetString());
        Assert.Equal("z", json.RootElement.GetProperty("x\u202Ey").GetString());
    }

    [Fact]
    public void An_error_that_lists_has_a_line_for_each_item_and_no_other()
    {
        var error = new KlingException(KlingErrorId.InvalidInput, "2\nwrong:", ["a\nWARNING: b", "c"], "d\ne") { ServiceMessage = "f\ng", RequestId = "h\u009Bi" };

        Assert.Equal("2\\nwrong:\n- a\\nWARNING: b\n- c", error.Message);
        Assert.Equal(("d\\ne", "f\\ng", "h\\u009Bi"), (error.RecommendedAction, error.ServiceMessage, error.RequestId));
    }

    [Theory]
    [InlineData("6b6e3a2c-0d1f-4c55-9e0b-2f0a5c1e7d11", true)]
    [InlineData("p-1_A", true)]
    [InlineData("", false)]
    [InlineData("x; Write-Host owned", false)]
    [InlineData("x\ny", false)]
    [InlineData("../executions", false)]
    [InlineData("$(x)", false)]
    [InlineData("pé", false)]
    public void An_id_is_letters_digits_and_dashes(string text, bool isId) => Assert.Equal(isId, PredictionIdFormat.IsValid(text));

    [Fact]
    public void An_id_has_200_characters_at_most()
    {
        Assert.True(PredictionIdFormat.IsValid(new string('a', 200)));
        Assert.False(PredictionIdFormat.IsValid(new string('a', 201)));
    }

    [Fact]
    public void An_id_in_a_hint_is_one_argument_whatever_it_is()
    {
        Assert.Equal("'p-1'", PredictionIdFormat.Quote("p-1"));
        Assert.Equal("'a''; Write-Host ’’b'", PredictionIdFormat.Quote("a'; Write-Host ’b"));
    }
}
