using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>What is refused before anything is sent.</summary>
public sealed class ConnectionOptionsTests
{
    [Theory]
    [InlineData("https://api.eachlabs.ai/v1")]
    [InlineData("https://api.eachlabs.ai/v1/")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080/v1")]
    [InlineData("http://[::1]:8080/v1")]
    public void An_address_of_https_or_of_this_machine_is_taken(string address) =>
        new ConnectionOptions { ApiKey = "k", BaseUri = new Uri(address) }.Check();

    [Theory]
    [InlineData("https://api.e\u0430chlabs.ai/v1", "https://api.xn--echlabs-2fg.ai/v1")]
    [InlineData("https://bücher.example:8443/v1", "https://xn--bcher-kva.example:8443/v1")]
    public void A_host_of_other_letters_is_shown_and_used_in_its_ASCII_form(string address, string shown)
    {
        var options = new ConnectionOptions { ApiKey = "sim-key", BaseUri = new Uri(address), Proxy = new Uri("http://prоxy.example:8080") };

        options.Check();
        Assert.Equal((shown, shown, shown), ($"{options.ToConnection().BaseUri}", options.BaseUri.AbsoluteUri, options.BaseUri.OriginalString));
        Assert.StartsWith(shown, $"{options.ToConnection()}", StringComparison.Ordinal);
        Assert.StartsWith("http://xn--", $"{options.ToConnection().Proxy}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://api.eachlabs.ai/v1")]
    [InlineData("http://10.0.0.1/v1")]
    [InlineData("http://127.0.0.1.evil.example/v1")]
    [InlineData("ftp://127.0.0.1/v1")]
    [InlineData("file:///v1")]
    [InlineData("ws://127.0.0.1/")]
    [InlineData("v1")]
    [InlineData("//api.eachlabs.ai/v1")]
    [InlineData("https://me:hunter2@api.eachlabs.ai/v1")]
    [InlineData("http://me:hunter2@api.eachlabs.ai/v1")]
    [InlineData("https://api.eachlabs.ai/v1?key=hunter2")]
    [InlineData("http://api.eachlabs.ai/v1?key=hunter2")]
    [InlineData("https://api.eachlabs.ai/v1#hunter2")]
    public void Any_other_address_is_refused_and_no_secret_in_it_is_repeated(string address)
    {
        var options = new ConnectionOptions { ApiKey = "k", BaseUri = new Uri(address, UriKind.RelativeOrAbsolute) };

        var error = Assert.Throws<KlingException>(() => KlingClient.Connect(options));

        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.Contains("BaseUri", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://proxy:8080")]
    [InlineData("https://proxy:8080")]
    [InlineData("socks5://proxy:1080")]
    [InlineData("http://me:hunter2@proxy:8080")]
    public void A_proxy_of_a_kind_that_works_is_taken(string proxy) =>
        new ConnectionOptions { ApiKey = "k", Proxy = new Uri(proxy) }.Check();

    [Theory]
    [InlineData("proxy:8080")]
    [InlineData("proxy")]
    [InlineData("ftp://proxy:21")]
    [InlineData("file:///proxy")]
    public void A_proxy_that_no_request_could_go_through_is_refused(string proxy)
    {
        var error = Assert.Throws<KlingException>(() => KlingClient.Connect(new ConnectionOptions { ApiKey = "k", Proxy = new Uri(proxy, UriKind.RelativeOrAbsolute) }));

        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.Contains("http://host:port", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void No_key_is_an_error_that_says_how_to_get_one_and_how_to_give_it(string? key)
    {
        var error = Assert.Throws<KlingException>(() => KlingClient.Connect(new ConnectionOptions { ApiKey = key! }));

        Assert.Equal(KlingErrorId.NoApiKey, error.ErrorId);
        Assert.All(["dashboard", "EACHLABS_API_KEY", "Connect-Kling", "Get-Secret"], word => Assert.Contains(word, error.RecommendedAction, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("key\r\nX-Evil: 1")]
    [InlineData("schlüssel")]
    public void A_key_that_no_header_can_carry_is_refused_and_not_repeated(string key)
    {
        var error = Assert.Throws<KlingException>(() => KlingClient.Connect(new ConnectionOptions { ApiKey = key }));

        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<ConnectionOptions, ConnectionOptions>> OutOfRange => new()
    {
        { "MaxConcurrent", options => options with { MaxConcurrent = 0 } },
        { "MaxConcurrent", options => options with { MaxConcurrent = 1001 } },
        { "CreatesPerMinute", options => options with { CreatesPerMinute = 0 } },
        { "CreatesPerMinute", options => options with { CreatesPerMinute = 100_001 } },
        { "PollInterval", options => options with { PollInterval = TimeSpan.FromMilliseconds(9) } },
        { "PollInterval", options => options with { PollInterval = TimeSpan.FromHours(1.1) } },
        { "SettleDelay", options => options with { SettleDelay = TimeSpan.FromSeconds(-1) } },
        { "SettleDelay", options => options with { SettleDelay = TimeSpan.FromHours(1.1) } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void A_number_out_of_its_range_is_refused_by_its_name(string name, Func<ConnectionOptions, ConnectionOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);

        var error = Assert.Throws<KlingException>(() => change(new ConnectionOptions { ApiKey = "k" }).Check());

        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
    }
}
