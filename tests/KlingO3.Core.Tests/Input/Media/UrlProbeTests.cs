using System.Net;
using KlingO3.Input;
using KlingO3.Input.Media;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static KlingO3.Core.Tests.Input.Media.Bytes;

namespace KlingO3.Core.Tests.Input.Media;

/// <summary>Files behind URLs: few and small requests, and servers that will not play along.</summary>
public sealed class UrlProbeTests(Clips clips)
{
    private const long Large = 199_000_000;

    /// <summary>A file of 199 MB whose description is at its end.</summary>
    private static FileServer MovieLast(string manner = "range", long length = Large)
    {
        var moov = Movie(Box("udta", Zeros(5000)));
        var head = FileType();
        return new FileServer { Head = Join(head, Lying("mdat", (uint)(length - head.Length - moov.Length))), Tail = moov, Length = length, Manner = manner };
    }

    [Fact]
    public async Task The_description_at_the_end_of_200_MB_is_read_in_two_requests()
    {
        using var server = MovieLast();
        var report = await server.ProbeAsync();
        Assert.Empty(report.Findings);
        Assert.Equal(TimeSpan.FromSeconds(5), report.Media.Single().Duration);
        Assert.Equal(2, server.Asked.Count);
        Assert.InRange(server.Sent, 1, 256 * 1024);
    }

    [Theory]
    [InlineData("h264, mp4, moov last")]
    [InlineData("h264, mov, moov first, sound")]
    [InlineData("fragmented")]
    [InlineData("fragmented, no index")]
    [InlineData("fragmented as dash")]
    public async Task A_URL_says_what_the_file_says(string name)
    {
        var path = await clips.GetAsync(name);
        using var server = new FileServer { Head = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken) };
        var byUrl = (await server.ProbeAsync()).Media.Single();
        var byFile = (await MediaProbe.ProbeFileAsync(path, true, "video_url", TestContext.Current.CancellationToken)).Media.Single();
        Assert.Equal(byFile with { Source = byUrl.Source }, byUrl);
        Assert.InRange(server.Sent, 1, 256 * 1024);
    }

    [Fact]
    public async Task A_long_fragmented_file_is_told_by_its_index_in_few_requests()
    {
        // 200 fragments of 2 MB, each of 10 ms; only the index at the end leads to the last one.
        var moov = Box("moov", MovieHeader(duration: 0), Track(duration: 0), Box("mvex", Box("trex", U32(0), U32(1), U32(1), U32(10), U32(0), U32(0))));
        static byte[] Fragment(uint time) => Box("moof", Box("traf", Box("tfhd", U32(0), U32(1)), Box("tfdt", U32(0), U32(time)), Box("trun", U32(0), U32(1))));
        var head = Join(FileType(), moov, Fragment(0), Lying("mdat", 190_000_000));
        var last = Join(Fragment(5990), Box("mdat", Zeros(60_000)));
        const uint length = 198_000_000;
        var offset = length - (uint)last.Length - 59;
        var tfra = Box("tfra", U32(0), U32(1), U32(0), U32(1), U32(0), U32(offset), Zeros(3));
        var tail = Join(last, Box("mfra", tfra, Box("mfro", U32(0), U32((uint)(8 + tfra.Length + 16)))));
        using var server = new FileServer { Head = head, Tail = tail, Length = length };
        Assert.Equal(59, tail.Length - last.Length);
        var report = await server.ProbeAsync();
        Assert.Equal(TimeSpan.FromSeconds(6), report.Media.Single().Duration);
        Assert.InRange(server.Asked.Count, 1, 4);
        Assert.InRange(server.Sent, 1, 256 * 1024);
    }

    [Fact]
    public async Task Without_Range_what_comes_early_is_read_all_the_same()
    {
        using var server = new FileServer
        {
            Head = Join(FileType(), Movie(), Lying("mdat", 190_000_000)),
            Length = 190_000_000 + (uint)FileType().Length + (uint)Movie().Length,
            Manner = "whole"
        };
        Assert.Empty((await server.ProbeAsync()).Findings);
        Assert.Single(server.Asked);
        Assert.InRange(server.Sent, 1, 256 * 1024);
    }

    [Fact]
    public async Task Without_Range_a_short_file_is_read_to_its_end()
    {
        using var server = MovieLast("whole", 8_000_000);
        Assert.Empty((await server.ProbeAsync()).Findings);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Without_Range_a_long_file_is_not_downloaded()
    {
        using var server = MovieLast("whole");
        var finding = Assert.Single((await server.ProbeAsync()).Findings);
        Assert.Equal((KlingSeverity.Warning, InputRules.MediaUnreadable), (finding.Severity, finding.Rule));
        Assert.Contains("Range", finding.Message, StringComparison.Ordinal);
        Assert.InRange(server.Sent, 1, 256 * 1024);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("changing")]
    public async Task A_server_that_answers_something_else_is_a_warning(string manner)
    {
        using var server = MovieLast(manner);
        var finding = Assert.Single((await server.ProbeAsync()).Findings);
        Assert.Equal((KlingSeverity.Warning, InputRules.MediaUnreadable), (finding.Severity, finding.Rule));
    }

    [Fact]
    public async Task A_server_that_does_not_say_how_long_the_file_is_is_enough()
    {
        using var server = MovieLast("unsized");
        Assert.Empty((await server.ProbeAsync()).Findings);
    }

    [Fact]
    public async Task An_empty_file_is_told()
    {
        using var server = new FileServer();
        Assert.Equal(InputRules.MediaFormat, Assert.Single((await server.ProbeAsync()).Findings).Rule);
    }

    [Theory]
    [InlineData(404, KlingSeverity.Error)]
    [InlineData(403, KlingSeverity.Error)]
    [InlineData(410, KlingSeverity.Error)]
    [InlineData(429, KlingSeverity.Warning)]
    [InlineData(503, KlingSeverity.Warning)]
    public async Task A_refusal_is_an_error_if_the_service_will_meet_it_too(int status, KlingSeverity severity)
    {
        using var server = MovieLast();
        server.Instead.Enqueue(() => new HttpResponseMessage((HttpStatusCode)status));
        var finding = Assert.Single((await server.ProbeAsync()).Findings);
        Assert.Equal((severity, InputRules.MediaUnavailable, "video_url"), (finding.Severity, finding.Rule, finding.Field));
        Assert.Contains($"{status}", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_fails_is_a_warning()
    {
        using var server = MovieLast();
        server.Instead.Enqueue(() => throw new HttpRequestException("No such host is known."));
        var finding = Assert.Single((await server.ProbeAsync()).Findings);
        Assert.Equal((KlingSeverity.Warning, InputRules.MediaUnavailable), (finding.Severity, finding.Rule));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_a_warning_after_20_seconds()
    {
        var time = new FakeTimeProvider();
        using var server = new SilentServer();
        using var http = new HttpClient(server);
        var probe = MediaProbe.ProbeAsync(Rows.Check(), http, false, time, TestContext.Current.CancellationToken);
        await server.IsAsked;
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(probe.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        var finding = Assert.Single((await probe).Findings);
        Assert.Equal((KlingSeverity.Warning, InputRules.MediaUnavailable), (finding.Severity, finding.Rule));
    }

    [Fact]
    public async Task A_redirect_is_followed_and_remembered()
    {
        using var server = MovieLast();
        server.Instead.Enqueue(() => Redirect("/elsewhere.mp4"));
        Assert.Empty((await server.ProbeAsync()).Findings);
        Assert.Equal(3, server.Asked.Count);
        Assert.All(server.Asked.Skip(1), asked => Assert.StartsWith("https://cdn.example.com/elsewhere.mp4", asked, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://cdn.example.com/clip.mp4")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://localhost/clip.mp4")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://é-.com/clip.mp4")]
    public async Task A_redirect_to_where_no_URL_may_point_is_not_followed(string target)
    {
        using var server = MovieLast();
        server.Instead.Enqueue(() => Redirect(target));
        Assert.Equal((KlingSeverity.Error, InputRules.MediaUnavailable), (await server.ProbeAsync()).Findings.Select(finding => (finding.Severity, finding.Rule)).Single());
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Redirects_without_end_are_given_up()
    {
        using var server = MovieLast();
        for (var hop = 0; hop < 50; hop++)
        {
            server.Instead.Enqueue(() => Redirect("/again.mp4"));
        }

        Assert.Equal(InputRules.MediaUnavailable, Assert.Single((await server.ProbeAsync()).Findings).Rule);
        Assert.InRange(server.Asked.Count, 2, 10);
    }

    [Fact]
    public async Task Loopback_is_probed_only_where_it_is_allowed()
    {
        using var server = MovieLast();
        Assert.Empty((await server.ProbeAsync(url: "http://127.0.0.1:5000/clip.mp4", allowLoopback: true)).Findings);
        Assert.NotEmpty(server.Asked);
    }

    [Fact]
    public async Task Every_video_and_image_of_a_row_is_probed_in_order_and_what_the_checks_refused_is_not()
    {
        using var server = new FileServer { Head = "<html>"u8.ToArray() };
        var check = Rows.Check(
            ("prompt", "@Video1 @Image1 @Image2 @Element1"), ("image_urls", $"{Rows.Image};http://cdn.example.com/b.png"),
            ("elements", $"{Rows.Image}?f|{Rows.Image}?r"));
        using var http = new HttpClient(server);
        var report = await MediaProbe.ProbeAsync(check, http, false, TestContext.Current.CancellationToken);
        string[] fields = ["video_url", "image_urls[0]", "elements[0].frontal_image_url", "elements[0].reference_image_urls[0]"];
        Assert.Equal(fields, report.Media.Select(media => media.Field));
        Assert.Equal(fields, report.Findings.Select(finding => finding.Field));
        Assert.Equal(4, server.Asked.Count);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_obeyed()
    {
        using var server = MovieLast();
        using var http = new HttpClient(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MediaProbe.ProbeAsync(Rows.Check(), http, false, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told()
    {
        var report = await MediaProbe.ProbeFileAsync(clips.PathOf("nowhere.mp4"), true, "video_url", TestContext.Current.CancellationToken);
        Assert.Equal(InputRules.MediaUnavailable, Assert.Single(report.Findings).Rule);
    }

    [Fact]
    public async Task What_the_probe_found_becomes_part_of_the_check_errors_first()
    {
        using var server = new FileServer { Head = Join(FileType(), Movie(), Lying("mdat", 5000)) };
        var check = Rows.Check(("duration", "12"));
        var both = check.With(await server.ProbeAsync());
        Assert.True(check.IsValid);
        Assert.False(both.IsValid);
        Assert.Equal([InputRules.MediaTruncated, InputRules.SoftRange], both.Findings.Select(finding => finding.Rule));
    }

    private sealed class SilentServer : HttpMessageHandler
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsAsked => _asked.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Nobody comes here.");
        }
    }

    private static HttpResponseMessage Redirect(string target)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Found);
        response.Headers.Location = new Uri(target, UriKind.RelativeOrAbsolute);
        return response;
    }
}
