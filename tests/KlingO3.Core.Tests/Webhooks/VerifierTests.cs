using System.Text;
using KlingO3.Webhooks;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks;

/// <summary>Which deliveries are genuine, and which prediction they are about.</summary>
public sealed class VerifierTests
{
    // By hand: printf '1700000000.{"exec_id":"a"}' | openssl dgst -sha256 -hmac key
    private const string KnownBody = """{"exec_id":"a"}""";
    private const string KnownTime = "1700000000";

    [Fact]
    public void A_signature_that_another_tool_made_is_good_and_each_of_its_parts_counts()
    {
        var time = new FixedTime(1_700_000_010);
        var genuine = Delivery.Unsigned(KnownBody) with { Timestamp = KnownTime, Signature = Known };

        Assert.Null(Check(genuine, "key", time));
        Assert.Equal(WebhookRefusal.Forged, Check(genuine, "Key", time));
        Assert.Equal(WebhookRefusal.Forged, Check(genuine with { Body = [.. genuine.Body, (byte)' '] }, "key", time));
        Assert.Equal(WebhookRefusal.Forged, Check(genuine with { Timestamp = "1700000001" }, "key", time));
        Assert.Equal(WebhookRefusal.Forged, Check(genuine with { Signature = Known[..^1] + (Known[^1] == '0' ? '1' : '0') }, "key", time));
        Assert.Equal(WebhookRefusal.Forged, Check(genuine with { Signature = Known["sha256=".Length..] }, "key", time));
        Assert.Equal(WebhookRefusal.Forged, Check(genuine with { Signature = $"{Known},{Known}" }, "key", time));
        Assert.Equal(WebhookRefusal.Unsigned, Check(genuine with { Signature = null }, "key", time));
        Assert.Equal(WebhookRefusal.Unsigned, Check(genuine with { Timestamp = null }, "key", time));
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_timestamp_is_good_for_300_seconds_either_way(int seconds, bool good)
    {
        var time = new FixedTime(1_800_000_000);
        var delivery = Delivery.Unsigned(KnownBody).Sign("key", time.GetUtcNow().AddSeconds(seconds));
        Assert.Equal(good ? null : WebhookRefusal.Stale, Check(delivery, "key", time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1700000000")]
    [InlineData("1700000000.5")]
    [InlineData("99999999999999999999")]
    public void A_timestamp_that_is_no_time_is_stale_however_well_signed(string timestamp)
    {
        var signed = System.Security.Cryptography.HMACSHA256.HashData("key"u8, Encoding.UTF8.GetBytes($"{timestamp}.{KnownBody}"));
        var delivery = Delivery.Unsigned(KnownBody) with { Timestamp = timestamp, Signature = $"sha256={Convert.ToHexStringLower(signed)}" };
        Assert.Equal(WebhookRefusal.Stale, Check(delivery, "key", new FixedTime(1_700_000_000)));
    }

    [Fact]
    public void The_older_plain_secret_is_good_only_where_it_is_allowed_and_never_beside_a_signature()
    {
        var old = Delivery.Unsigned(KnownBody) with { PlainSecret = "key" };
        var time = new FixedTime(1_700_000_000);

        Assert.Equal(WebhookRefusal.Legacy, Check(old, "key", time));
        Assert.Null(Check(old, "key", time, legacy: true));
        Assert.Equal(WebhookRefusal.WrongSecret, Check(old, "another", time, legacy: true));
        Assert.Equal(WebhookRefusal.WrongSecret, Check(old with { PlainSecret = "" }, "key", time, legacy: true));
        Assert.Equal(WebhookRefusal.Forged, Check(old with { Timestamp = KnownTime, Signature = "sha256=00" }, "key", time, legacy: true));
        Assert.Equal(WebhookRefusal.Unsigned, Check(old with { Timestamp = KnownTime }, "key", time, legacy: true));
    }

    [Fact]
    public void Without_a_secret_everything_passes_and_allowing_the_older_one_makes_no_sense()
    {
        Assert.Null(Check(Delivery.Unsigned("anything"), null, TimeProvider.System));
        Assert.Equal(KlingErrorId.InvalidInput, Assert.Throws<KlingException>(() => Delivery.Options("", null, legacy: true).Check()).ErrorId);
    }

    [Theory]
    [InlineData("""{"exec_id":"a-B_9"}""", "a-B_9")]
    [InlineData("""{"exec_id":" a ","status":"failed","output":[{"id":"x","error":"why"}],"error":""}""", "a")]
    [InlineData("""{"exec_id":17}""", "17")]
    [InlineData("""{"exec_id":""}""", null)]
    [InlineData("""{"exec_id":null}""", null)]
    [InlineData("""{"exec_id":["a"]}""", null)]
    [InlineData("""{"exec_id":"../balance"}""", null)]
    [InlineData("""{"exec_id":"a b"}""", null)]
    [InlineData("""{"exec_id":"\ud800"}""", null)]
    [InlineData("""{"id":"a"}""", null)]
    [InlineData("""["exec_id"]""", null)]
    [InlineData("""{"exec_id":"a" """, null)]
    [InlineData("", null)]
    public void Only_the_id_is_read_and_only_if_it_can_be_one(string body, string? id) =>
        Assert.Equal(id, WebhookPayload.ReadId(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("http://+:8080/kling/", "http://+:8080/kling/", "/kling", false)]
    [InlineData(" http://*:8080/kling ", "http://*:8080/kling/", "/kling", false)]
    [InlineData("http://localhost:8080", "http://localhost:8080/", "", true)]
    public void A_prefix_may_lack_its_last_slash(string given, string text, string path, bool local) =>
        Assert.Equal(new WebhookPrefix(text, path, local), WebhookPrefix.Parse(given));

    [Theory]
    [InlineData(null)]
    [InlineData("8080")]
    [InlineData("ftp://+:8080/")]
    [InlineData("http://+:8080/?a=b")]
    [InlineData("http://+:0/")]
    [InlineData("http://+:99999/")]
    public void What_is_no_prefix_is_refused_with_an_example(string? given)
    {
        var error = Assert.Throws<KlingException>(() => WebhookPrefix.Parse(given));
        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.Contains("http://+:8080/kling/", error.RecommendedAction, StringComparison.Ordinal);
    }

    private static WebhookRefusal? Check(Delivery delivery, string? secret, TimeProvider time, bool legacy = false) =>
        new WebhookVerifier(new WebhookOptions { Secret = secret, AllowLegacySecret = legacy }, time).Check(WebhookHeaders.From(delivery.Header), delivery.Body);

    private static string Known => "sha256=ee72552b7dd79540a0e8312dea6949b2a52037cee4988e7b25cbd43141ae1ade";

    private sealed class FixedTime(long unixSeconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(unixSeconds);
    }
}
