using System.Globalization;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Service;

public sealed class RetryAfterHeaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("30", 30)]
    [InlineData("900", 900)]
    [InlineData("901", 900)]
    [InlineData("999999999", 900)]
    [InlineData("2147483647", 900)]
    [InlineData("2147483648", 900)]
    [InlineData("99999999999999999999999999", 900)]
    [InlineData("Mon, 23 Nov 2026 10:01:00 GMT", 60)]
    [InlineData("Mon, 23 Nov 2026 09:00:00 GMT", 0)]
    [InlineData("Thu, 31 Dec 2099 23:59:59 GMT", 900)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 900)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", 0)]
    public void A_pause_is_never_negative_and_never_longer_than_15_minutes(string value, double seconds)
    {
        using var answer = Answer(value);

        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterHeader.Read(answer.Headers, Now));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999 s")]
    public void What_names_no_pause_is_none(string? value)
    {
        using var answer = Answer(value);

        Assert.Null(RetryAfterHeader.Read(answer.Headers, Now));
    }

    [Theory]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", 900)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", 0)]
    [InlineData("Mon, 23 Nov 2026 07:00:40 GMT", "Mon, 23 Nov 2026 07:00:00 GMT", 40)]
    public void A_date_is_one_of_the_service_s_clock(string value, string date, double seconds)
    {
        using var answer = Answer(value);
        answer.Headers.Date = DateTimeOffset.Parse(date, CultureInfo.InvariantCulture);

        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterHeader.Read(answer.Headers, Now));
    }

    private static HttpResponseMessage Answer(string? value)
    {
        var answer = new HttpResponseMessage();
        if (value is not null)
        {
            answer.Headers.TryAddWithoutValidation("Retry-After", value);
        }

        return answer;
    }
}
