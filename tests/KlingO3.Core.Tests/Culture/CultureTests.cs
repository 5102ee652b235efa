using System.Globalization;
using KlingO3.Bulk;
using KlingO3.Core.Tests.Input;
using KlingO3.Files;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Culture;

/// <summary>The same row gives the same texts on a machine of any culture: another decimal point, calendar, minus sign, or upper case of i.</summary>
public sealed class CultureTests
{
    private static readonly string[] Names = ["de-DE", "ar-SA", "tr-TR", "sv-SE", "fa-IR", "th-TH"];

    public static TheoryData<string> Cultures => [.. Names];

    [Theory]
    [MemberData(nameof(Cultures))]
    public void A_culture_here_is_really_another_one(string culture) => Assert.NotEqual(Sample(CultureInfo.InvariantCulture), Sample(new CultureInfo(culture)));

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Every_finding_of_every_row_is_the_same(string culture)
    {
        var expected = Findings();
        Assert.True(expected.Count > 100);
        Assert.Equal(expected, In(culture, Findings));
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Times_costs_and_sizes_in_errors_and_notices_are_the_same(string culture) => Assert.Equal(
        [
            "1.5 s", "2.5 min", "-1.5 s",
            "Prediction p-1 had not ended after 1.5 s. It was not cancelled and may still finish.",
            "'clip.mp4' could not be uploaded: it has 123.5 MB, and at most 100 MB can be uploaded.",
            "clip.mp4: uploaded, 1.5 MB in 0.0 s",
            "2,500", "MaxConcurrent is -5.", "CreatesPerMinute is -1.",
        ],
        In(culture, Texts));

    [Theory]
    [MemberData(nameof(Cultures))]
    public void A_row_has_the_same_identity(string culture)
    {
        var request = new VideoRequest(VideoDraft.DefaultModel, new KlingInput { ["prompt"] = "İstanbul in the MIDDLE", ["cfg"] = 1.5, ["seed"] = -7L, ["keep_audio"] = true }) { Name = "TITLE i", Batch = "BIG" };

        Assert.Equal(Identity(request), In(culture, () => Identity(request)));
    }

    private static List<string> Identity(VideoRequest request) =>
        [CanonicalRow.Key(request, 1), CanonicalRow.Form(request, 1), InputIdentity.JobHash(request.Model, request.Input), request.Input.ToString()];

    private static List<string> Findings() =>
        [.. TableRow.Read("rows.bad.json").SelectMany(row => row.Drafts()).SelectMany(draft => VideoChecks.Check(draft, false).Findings).Select(finding => finding.ToString())];

    private static List<string> Texts()
    {
        var notices = new List<string>();
        var file = new FileFingerprint("clip.mp4", 1_500_000, default, "", "video/mp4");
        new UploadWatch(file, new Collector(notices), new FrozenTime()).Done();
        return
        [
            TimeSpan.FromSeconds(1.5).InSeconds(), TimeSpan.FromMinutes(2.5).InMinutes(), TimeSpan.FromSeconds(-1.5).InSeconds(),
            BulkErrors.Timeout(new KlingPrediction { Id = "p-1" }, TimeSpan.FromSeconds(1.5), null).Message,
            UploadErrors.TooLarge("clip.mp4", 123_456_789).Message,
            .. notices,
            KlingO3.Input.Checks.Shown.Number(2500),
            Refusal(new ConnectionOptions { ApiKey = "sim-key", MaxConcurrent = -5 }),
            Refusal(new ConnectionOptions { ApiKey = "sim-key", CreatesPerMinute = -1 }),
        ];
    }

    private static string Refusal(ConnectionOptions options) => Assert.Throws<KlingException>(options.Check).Message;

    private static string Sample(CultureInfo culture) => string.Format(culture, "{0} {1} {2:d} {3}", 1.5, -1, DateTime.UnixEpoch, "i".ToUpper(culture));

    private static T In<T>(string culture, Func<T> make)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        try
        {
            return make();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private sealed class Collector(List<string> notices) : IProgress<Notice>
    {
        public void Report(Notice value) => notices.Add(value.Message);
    }

    private sealed class FrozenTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
