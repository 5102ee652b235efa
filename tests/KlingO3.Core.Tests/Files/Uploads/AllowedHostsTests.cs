using KlingO3.Files;
using Xunit;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>Which storages and file servers a row may name.</summary>
public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("storage.example.com", "https://storage.example.com/a.mp4?sig=1", true)]
    [InlineData("Storage.Example.com", "https://STORAGE.example.com:443/a.mp4", true)]
    [InlineData("storage.example.com:443", "https://storage.example.com/a.mp4", true)]
    [InlineData("127.0.0.1:5180", "http://127.0.0.1:5180/a.mp4", true)]
    [InlineData("[::1]:5180", "http://[::1]:5180/a.mp4", true)]
    [InlineData("xn--strage-xxa.example.com", "https://störage.example.com/a.mp4", true)]
    [InlineData("storage.example.com", "https://storage.example.com:8443/a.mp4", false)]
    [InlineData("storage.example.com:8443", "https://storage.example.com/a.mp4", false)]
    [InlineData("example.com", "https://storage.example.com/a.mp4", false)]
    [InlineData("storage.example.com", "https://storage.example.com.evil.example/a.mp4", false)]
    [InlineData("storage.example.com", "https://storage.example.com@evil.example/a.mp4", false)]
    [InlineData("storage.example.com", "https://störage.example.com/a.mp4", false)]
    [InlineData("storage.example.com", "file:///a.mp4", false)]
    [InlineData("storage.example.com", "a.mp4", false)]
    public void A_storage_is_allowed_by_its_whole_name_and_port(string allowed, string url, bool isAllowed)
    {
        var hosts = new AllowedHosts([allowed]);

        var error = Record.Exception(() => hosts.RequireStorage("UploadUrl", new Uri(url, UriKind.RelativeOrAbsolute)));

        Assert.Equal(isAllowed ? null : KlingErrorId.InvalidInput, (error as KlingException)?.ErrorId);
        Assert.DoesNotContain("sig=1", error?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_gives_the_name_that_would_allow_the_storage()
    {
        var error = Assert.Throws<KlingException>(() => new AllowedHosts([]).RequireStorage("UploadUrl", new Uri("https://störage.example.com:8443/a.mp4?sig=1")));

        Assert.Contains("-AllowedHost 'xn--strage-xxa.example.com:8443'", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://storage.example.com")]
    [InlineData("storage.example.com/clips")]
    [InlineData("storage.example.com/")]
    [InlineData("user@storage.example.com")]
    [InlineData("*.example.com")]
    [InlineData("")]
    public void What_is_no_name_of_a_host_is_refused(string allowed) =>
        Assert.Equal(KlingErrorId.InvalidInput, Assert.Throws<KlingException>(() => new AllowedHosts([allowed])).ErrorId);

    [Theory]
    [InlineData("fileserver", @"\\FILESERVER\clips\a.mp4", true)]
    [InlineData("fileserver", "/clips/a.mp4", true)]
    [InlineData("fileserver", @"\\other\clips\a.mp4", false)]
    [InlineData("fileserver", "file://other/clips/a.mp4", false)]
    public void A_file_server_is_allowed_by_its_name(string allowed, string path, bool isAllowed) =>
        Assert.Equal(isAllowed, Record.Exception(() => new AllowedHosts([allowed]).RequirePath(path)) is null);
}
