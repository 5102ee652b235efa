using System.Text;
using System.Text.Json;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>Secrets are found however they are written, and nothing else is touched.</summary>
public sealed class SecretRedactorTests
{
    private const string Key = "sim-k3y/0123456789+aB%cd==";

    public static TheoryData<string> Forms => [.. Echo.Forms.Keys];

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_key_is_found_in_every_form_and_the_words_around_it_stay(string form)
    {
        var body = Encoding.UTF8.GetBytes($$$"""{"error":"Caf\u00e9 \"100%\" &amp; {{{Echo.Forms[form](Key)}}}, no such key\n","details":{"a":[1,true]}}""");

        Assert.True(new SecretRedactor(Key).RedactKey(body));

        Assert.DoesNotContain("0123456789", Echo.Plain(Encoding.UTF8.GetString(body)), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(body);
        Assert.Matches("^Café \"100%\" &amp; [*]+, no such key\n$", json.RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public void Any_mixture_of_escapes_one_inside_another_is_found()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var echo = $"key={Echo.Random(Key, new Random(seed))}&x";

            var text = new SecretRedactor(Key).Redact(echo);

            Assert.False(Echo.Plain(text).Contains("0123456789", StringComparison.Ordinal), $"seed {seed}: {echo} → {text}");
        }
    }

    [Fact]
    public void Every_key_that_a_connection_takes_is_found_in_every_form()
    {
        var letters = Enumerable.Range('!', 94).Select(letter => (char)letter).Where(letter => letter is not ('"' or '\\')).ToArray();
        for (var seed = 0; seed < 300; seed++)
        {
            var key = new string(new Random(seed).GetItems(letters, 24));
            foreach (var (form, write) in Echo.Forms)
            {
                var text = new SecretRedactor(key).Redact($"<{write(key)}>");
                Assert.True(text.AsSpan(1, text.Length - 2).IndexOfAnyExcept('*') < 0, $"seed {seed}, {form}: {key} → {text}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key at all")]
    [InlineData("""{"a":"\\\\\\\\","b":"%%%25%","c":"&&#&#;&#x;&#99999999999;&#xffffffffff;&amp","d":"\\u12","e":"\\ud800\\ud800\\udc00"}""")]
    [InlineData("sim-k3y/012345678")]
    [InlineData("sim-k3y/ 0123456789+aB%cd==")]
    public void What_holds_no_key_stays_as_it_is(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        Assert.False(new SecretRedactor(Key).Redact(bytes));
        Assert.Equal(text, Encoding.UTF8.GetString(bytes));
        Assert.Same(text, new SecretRedactor(Key).Redact(text));
    }

    [Theory]
    [InlineData("whsec/Ünïcode-😀-hush")]
    [InlineData("a b c d e f %41 & \\u0041")]
    public void A_webhook_secret_may_be_any_text(string secret)
    {
        var redactor = new SecretRedactor(Key);
        Assert.Contains(secret, redactor.Redact(secret), StringComparison.Ordinal);
        redactor.Add(secret);

        foreach (var echo in (string[])[secret, JsonSerializer.Serialize(secret)[1..^1], Uri.EscapeDataString(secret), System.Net.WebUtility.HtmlEncode(secret), JsonSerializer.Serialize(Uri.EscapeDataString(secret))[1..^1]])
        {
            Assert.Matches("^<[*]+>$", redactor.Redact($"<{echo}>"));
        }
    }

    [Theory]
    [InlineData("short")]
    [InlineData("processing")]
    [InlineData("predictionID")]
    [InlineData("Succeeded")]
    public void A_webhook_secret_that_is_a_word_of_the_service_makes_no_answer_unreadable(string secret)
    {
        var redactor = new SecretRedactor(Key);
        redactor.Add(secret);
        var body = $$"""{"status":"{{secret}}","predictionID":"p-1"}""";

        Assert.Equal(body, redactor.Redact(body));
    }

    [Fact]
    public void A_key_too_short_to_be_one_is_taken_out_of_nothing() => Assert.Equal("a sim-key", new SecretRedactor("sim-key").Redact("a sim-key"));

    [Fact]
    public void A_large_body_full_of_escapes_takes_no_longer_than_its_length()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\\\\\\\\%25%25&amp;&#", 250_000)) + Uri.EscapeDataString(Uri.EscapeDataString(Key)));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.True(new SecretRedactor(Key).RedactKey(body));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }
}
