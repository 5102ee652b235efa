using System.Net;
using System.Net.Http.Headers;
using KlingO3.Service;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Xunit;

namespace KlingO3.Core.Tests.Service;

/// <summary>The parts that wait, each alone, on a clock that only the test moves.</summary>
public sealed class VirtualTimeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Pauses_double_up_to_the_longest_with_a_fifth_of_jitter_either_way()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        foreach (var (attempt, seconds) in new[] { (1, 1.0), (2, 2), (3, 4), (5, 16), (6, 20), (7, 20), (1_000, 20), (int.MaxValue, 20) })
        {
            var pauses = Enumerable.Range(0, 200).Select(_ => backoff.After(attempt).TotalSeconds).ToList();
            Assert.All(pauses, pause => Assert.InRange(pause, 0.8 * seconds, 1.2 * seconds));
            Assert.True(pauses.Max() - pauses.Min() > 0.2 * seconds, "Clients that failed together would come back together.");
        }
    }

    [Fact]
    public async Task The_next_attempt_comes_when_its_pause_is_over_and_not_before()
    {
        var attempts = 0;
        var answer = Repeat(() => ++attempts < 3 ? Answer(503, retryAfter: TimeSpan.FromSeconds(30)) : Answer(200));

        Assert.Equal(1, attempts);
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(1, attempts);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Until.TrueAsync(() => attempts == 2);
        await AdvanceUntilAsync(answer);
        Assert.Equal((3, HttpStatusCode.OK), (attempts, (await answer).StatusCode));
    }

    [Fact]
    public async Task A_date_to_wait_for_is_one_of_the_service_s_clock()
    {
        var attempts = 0;
        var serviceNow = _time.GetUtcNow().AddHours(-3);
        var answer = Repeat(() =>
        {
            var held = Answer(429);
            (held.Headers.Date, held.Headers.RetryAfter) = (serviceNow, new RetryConditionHeaderValue(serviceNow.AddSeconds(40)));
            return ++attempts == 1 ? held : Answer(200);
        });

        _time.Advance(TimeSpan.FromSeconds(39.9));
        Assert.Equal(1, attempts);
        await AdvanceUntilAsync(answer);
        Assert.Equal(2, attempts);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task What_another_attempt_would_not_change_is_not_tried_again(int status)
    {
        var attempts = 0;
        var answer = await Repeat(() =>
        {
            attempts++;
            return Answer(status);
        });
        Assert.Equal((1, status), (attempts, (int)answer.StatusCode));
    }

    [Fact]
    public async Task The_last_answer_is_handed_on_after_the_last_attempt()
    {
        var attempts = 0;
        var answer = Repeat(() => Answer(500 + ++attempts));
        await AdvanceUntilAsync(answer);
        Assert.Equal((5, 505), (attempts, (int)(await answer).StatusCode));
    }

    [Fact]
    public async Task Only_lost_answers_are_repeated_and_no_defect_of_our_own()
    {
        var attempts = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(() => Repeat(() =>
        {
            attempts++;
            throw new InvalidOperationException();
        }));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_pause_that_would_end_after_the_time_for_all_attempts_is_not_begun()
    {
        var answer = await Repeat(() => Answer(503, retryAfter: TimeSpan.FromSeconds(181)));
        Assert.Equal(TimeSpan.FromSeconds(181), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task An_attempt_ends_after_its_time_if_no_answer_comes()
    {
        var attempt = Attempt(_ => Task.Delay(Timeout.Infinite, Cancel).ContinueWith(_ => Answer(200), TaskScheduler.Default));
        await EndsAfterAsync(attempt);
    }

    [Fact]
    public async Task An_attempt_ends_after_its_time_if_its_body_stops()
    {
        var attempt = Attempt(_ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new SilentStream()) }));
        await EndsAfterAsync(attempt);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_is_a_lost_answer_and_no_cancellation()
    {
        // So SocketsHttpHandler tells of its ConnectTimeout.
        var attempt = Attempt(_ => throw new TaskCanceledException("…", new TimeoutException("A connection could not be established within the configured ConnectTimeout.")));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => attempt);

        Assert.Contains("connection", ServiceErrors.Network("x", error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_an_attempt_is_cancelling_and_no_lost_answer()
    {
        using var cancel = new CancellationTokenSource();
        var attempt = AttemptAsync(token => Task.Delay(Timeout.Infinite, token).ContinueWith(_ => Answer(200), token, TaskContinuationOptions.None, TaskScheduler.Default), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Fact]
    public async Task Only_the_body_is_kept_of_an_answer_and_its_connection_is_given_back()
    {
        var body = new SilentStream { Ends = true };
        var answer = await Attempt(_ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(body) { Headers = { ContentType = new("text/x") } } }));
        Assert.True(body.Closed);
        Assert.Equal("text/x", answer.Content.Headers.ContentType?.MediaType);
    }

    private Task<HttpResponseMessage> Repeat(Func<HttpResponseMessage> attempt) =>
        new RepeatPolicy(_time, new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20)), TimeSpan.FromMinutes(3), 5)
            .ExecuteAsync((_, _) => Task.FromResult(attempt()), new Context(), Cancel);

    private Task<HttpResponseMessage> Attempt(Func<CancellationToken, Task<HttpResponseMessage>> answer) => AttemptAsync(answer, Cancel);

    private async Task<HttpResponseMessage> AttemptAsync(Func<CancellationToken, Task<HttpResponseMessage>> answer, CancellationToken cancel)
    {
        using var invoker = new HttpMessageInvoker(new AttemptHandler(TimeSpan.FromSeconds(60), _time) { InnerHandler = new Stub(answer) });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://x/");
        return await invoker.SendAsync(request, cancel);
    }

    private async Task EndsAfterAsync(Task attempt)
    {
        _time.Advance(TimeSpan.FromSeconds(59.9));
        await Task.Delay(20, Cancel);
        Assert.False(attempt.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => attempt.WaitAsync(TimeSpan.FromSeconds(5), Cancel));
        Assert.Equal("no answer within 60 s", error.Message);
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Delay(1, Cancel);
        }
    }

    private static HttpResponseMessage Answer(int status, TimeSpan? retryAfter = null)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        answer.Headers.RetryAfter = retryAfter is { } wait ? new RetryConditionHeaderValue(wait) : null;
        return answer;
    }

    private sealed class Stub(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(cancellationToken).WaitAsync(cancellationToken);
    }

    /// <summary>A body from which nothing comes.</summary>
    private sealed class SilentStream : MemoryStream
    {
        public bool Ends { get; init; }

        public bool Closed { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Ends ? 0 : Timeout.Infinite, cancellationToken);
            return 0;
        }

        protected override void Dispose(bool disposing)
        {
            Closed = true;
            base.Dispose(disposing);
        }
    }
}
