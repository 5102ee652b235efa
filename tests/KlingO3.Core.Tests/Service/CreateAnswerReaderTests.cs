using System.Text;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Service;

public sealed class CreateAnswerReaderTests
{
    [Theory]
    [InlineData(200, """{"status":"success","message":"ok","predictionID":"p-1"}""")]
    [InlineData(200, """{"prediction_id":"p-1"}""")]
    [InlineData(201, """{"id":"p-1"}""")]
    [InlineData(202, """{"exec_id":"p-1","status":"queued"}""")]
    [InlineData(200, """{"id":"request-7","data":{"x":1},"predictionID":"p-1"}""")]
    [InlineData(200, """{"data":{"execution_id":"p-1"}}""")]
    public void An_answer_that_names_a_job_is_accepted(int status, string body) =>
        Assert.Equal("p-1", Assert.IsType<CreateAnswer.Accepted>(Read(status, body)).Id);

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(422)]
    public void A_documented_refusal_without_an_id_proves_that_nothing_was_created(int status)
    {
        Assert.IsType<CreateAnswer.Refused>(Read(status, """{"status":"error","message":"no","details":"request 7"}"""));
        Assert.IsType<CreateAnswer.Refused>(Read(status, ""));

        var lost = Assert.IsType<CreateAnswer.Lost>(Read(status, """{"error":"no","id":"p-1"}"""));
        Assert.Equal((LostReason.Refusal, "p-1"), (lost.Reason, Assert.Single(lost.Ids)));
    }

    [Fact]
    public void A_429_holds_the_creates_and_one_that_names_a_job_is_asked_about_first()
    {
        Assert.IsType<CreateAnswer.Held>(Read(429, """{"error":"slow down"}"""));
        var lost = Assert.IsType<CreateAnswer.Lost>(Read(429, """{"error":"slow down","execution_id":"p-1"}"""));
        Assert.IsType<CreateAnswer.Held>(lost.IfUnknown);
    }

    [Theory]
    [InlineData(500, """{"status":"error","message":"internal"}""", LostReason.ServerError)]
    [InlineData(502, """{"message":"bad gateway"}""", LostReason.ServerError)]
    [InlineData(503, "", LostReason.ServerError)]
    [InlineData(504, "<html>", LostReason.ServerError)]
    [InlineData(409, """{"error":"conflict"}""", LostReason.NoAnswer)]
    [InlineData(408, "", LostReason.NoAnswer)]
    [InlineData(418, "", LostReason.NoAnswer)]
    [InlineData(302, "", LostReason.NoAnswer)]
    [InlineData(200, "", LostReason.Unreadable)]
    [InlineData(204, "", LostReason.Unreadable)]
    [InlineData(200, "<html>Sign in</html>", LostReason.Unreadable)]
    [InlineData(200, """{"status":"success"}""", LostReason.Unreadable)]
    [InlineData(200, """{"status":"error","message":"queue full"}""", LostReason.Unreadable)]
    [InlineData(200, """{"status":"error","message":"queue full","id":"p-1"}""", LostReason.Unreadable)]
    [InlineData(200, """[{"id":"p-1"}]""", LostReason.Unreadable)]
    [InlineData(200, """{"a":{"b":{"id":"too-deep"}}}""", LostReason.Unreadable)]
    public void Everything_else_is_lost(int status, string body, object reason) =>
        Assert.Equal((LostReason)reason, Assert.IsType<CreateAnswer.Lost>(Read(status, body)).Reason);

    [Fact]
    public void The_words_of_a_200_that_says_error_are_in_the_error()
    {
        var lost = Assert.IsType<CreateAnswer.Lost>(Read(200, """{"status":"error","message":"queue full"}"""));

        Assert.Contains("queue full", lost.Why.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"status":"success","predictionID":"x; Write-Host owned"}""", "x; Write-Host owned")]
    [InlineData(201, """{"id":"p-1\u001b[31m"}""", "p-1\\u001B[31m")]
    [InlineData(200, """{"predictionID":"../p","id":"request-7"}""", "../p")]
    [InlineData(200, """{"data":{"execution_id":"a\nWARNING: b"}}""", "a\\nWARNING: b")]
    [InlineData(400, """{"error":"no","id":"x y"}""", "x y")]
    [InlineData(422, """{"error":"no","exec_id":"$(x)"}""", "$(x)")]
    [InlineData(429, """{"error":"slow down","execution_id":"x;y"}""", "x;y")]
    [InlineData(503, """{"error":"busy","prediction_id":"x;y"}""", "x;y")]
    public void An_id_that_can_be_none_counts_as_paid_and_is_shown_once_in_the_error(int status, string body, string shown)
    {
        var lost = Assert.IsType<CreateAnswer.Lost>(Read(status, body));

        Assert.Equal((LostReason.Unreadable, null), (lost.Reason, lost.IfUnknown));
        Assert.All(lost.Ids, id => Assert.True(PredictionIdFormat.IsValid(id)));
        Assert.Contains($"'{shown}'", lost.Why.Message, StringComparison.Ordinal);
    }

    private static CreateAnswer Read(int status, string body) => CreateAnswerReader.Read(new ServiceAnswer(status, Encoding.UTF8.GetBytes(body)), "request");
}
