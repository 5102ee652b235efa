using KlingO3.Webhooks;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks;

/// <summary>How many warnings a flood of refused deliveries gives.</summary>
public sealed class RefusalLogTests
{
    [Fact]
    public void A_flood_gives_a_burst_of_warnings_then_one_a_second_that_counts_the_others()
    {
        var time = new FakeTimeProvider();
        var notices = new List<Notice>();
        var log = new RefusalLog(new Collector(notices), time);

        Flood();
        Assert.Equal(20, notices.Count);
        for (var second = 0; second < 60; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Flood();
        }

        Assert.Equal(80, notices.Count);
        Assert.Contains("(401)", notices[0].Message, StringComparison.Ordinal);
        Assert.EndsWith(" 80 others before it were refused too.", notices[20].Message, StringComparison.Ordinal);
        log.Close();
        Assert.Equal("KlingWebhookRejected: 99 more deliveries were refused.", notices[80].Message);

        void Flood()
        {
            for (var i = 0; i < 100; i++)
            {
                log.Add(WebhookRefusal.Forged, "192.0.2.1");
            }
        }
    }

    private sealed class Collector(List<Notice> notices) : IProgress<Notice>
    {
        public void Report(Notice value) => notices.Add(value);
    }
}
