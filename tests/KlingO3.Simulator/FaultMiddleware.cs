using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace KlingO3.Simulator;

/// <summary>Lets planned faults strike. A call that is struck may have been handled all the same: that is what makes the worst ones.</summary>
internal sealed class FaultMiddleware(SimulatedService service)
{
    // What was written must reach the caller before the connection is torn down.
    private static readonly TimeSpan OnTheWire = TimeSpan.FromMilliseconds(30);

    private const string IdMark = "{id}";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Call>() is not { } call || service.Faults.Strike(call.Kind.Name, () => TextOf(context, call)) is not { } fault)
        {
            await next(context);
            return;
        }

        call.Record.Fault = fault.Do;
        Interlocked.Increment(ref service.Tally.Injected);
        switch (fault.Do)
        {
            case "reset-before":
                Call.Of(context).Abort(context);
                break;
            case "reset-after" when fault.Bytes is { } bytes:
                await CutAsync(context, next, bytes, reset: true);
                break;
            case "cut":
                await CutAsync(context, next, fault.Bytes ?? 0, reset: false);
                break;
            case "slow":
                await SlowAsync(context, next, fault);
                break;
            default:
                await InsteadAsync(context, next, fault);
                break;
        }
    }

    /// <summary>Another answer than the right one, or none.</summary>
    private async Task InsteadAsync(HttpContext context, RequestDelegate next, Fault fault)
    {
        if (fault.IsMade)
        {
            await HandleUnseenAsync(context, next);
        }

        if (fault.Do is "reset-after" or "hang")
        {
            if (fault.Do == "hang")
            {
                await HangAsync(context, fault.Seconds);
            }

            Call.Of(context).Abort(context);
            return;
        }

        var status = fault.Status ?? fault.Do switch { "429" => 429, "status" => 500, "html" => 502, "gateway" => 504, _ => 200 };
        if (status == StatusCodes.Status429TooManyRequests)
        {
            Interlocked.Increment(ref service.Tally.Injected429);
        }

        if (fault.RetryAfter is { } retryAfter)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        if (fault.Location is { } location)
        {
            context.Response.Headers.Location = Fill(context, location);
        }

        foreach (var (name, value) in fault.Headers ?? new Dictionary<string, string>())
        {
            context.Response.Headers[name] = value;
        }

        if (fault.Reason is { } reason)
        {
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = reason;
        }

        await AnswerAsync(context, fault, status);
    }

    private Task AnswerAsync(HttpContext context, Fault fault, int status)
    {
        var (body, type) = fault.Do switch
        {
            "html" or "gateway" => (fault.Body ?? Page(status), "text/html"),
            "empty" => ("", null),
            "json" => (fault.Body ?? "{}", "application/json"),
            _ => (fault.Body, "application/json"),
        };
        return body is null
            ? service.Errors.WriteAsync(context, status, status == StatusCodes.Status429TooManyRequests ? "Rate limit exceeded" : "A planned error")
            : Json.AnswerAsync(context, Encoding.UTF8.GetBytes(Fill(context, body)), status, fault.ContentType ?? type);
    }

    /// <summary>Puts the id of the job that the call made in the place of <c>{id}</c>; an id of no job, where it made none.</summary>
    private static string Fill(HttpContext context, string text) =>
        text.Contains(IdMark, StringComparison.Ordinal) ? text.Replace(IdMark, Call.Of(context).MadeId ?? Guid.NewGuid().ToString(), StringComparison.Ordinal) : text;

    private static async Task HandleUnseenAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        context.Response.Body = Stream.Null;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        context.Response.Clear();
    }

    private async Task HangAsync(HttpContext context, double? seconds)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, service.Stopping);
        try
        {
            await (seconds is { } span ? service.Clock.Delay(TimeSpan.FromSeconds(span), ends.Token) : Task.Delay(Timeout.Infinite, ends.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task SlowAsync(HttpContext context, RequestDelegate next, Fault fault)
    {
        var pause = TimeSpan.FromSeconds(fault.Seconds ?? 1) / SlowBody.Parts;
        context.Response.Body = new SlowBody(context.Response, context.Response.Body, async cancel =>
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel, service.Stopping);
            await service.Clock.Delay(pause, ends.Token);
        });
        await next(context);
    }

    private static async Task CutAsync(HttpContext context, RequestDelegate next, long bytes, bool reset)
    {
        context.Response.Body = new CutBody(context.Response.Body, bytes);
        try
        {
            await next(context);
            return;
        }
        catch (AnswerCutException)
        {
        }

        await Task.Delay(OnTheWire);
        if (!reset)
        {
            // An orderly end of the stream, although more was promised, which some clients take for a whole answer.
            context.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
            await Task.Delay(OnTheWire);
        }

        Call.Of(context).Abort(context);
    }

    private string TextOf(HttpContext context, Call call)
    {
        var text = $"{context.Request.Path}{context.Request.QueryString}";
        if (call.Body is { } body)
        {
            return $"{text}\n{Encoding.UTF8.GetString(body)}";
        }

        return context.Request.RouteValues.TryGetValue("id", out var id) && service.Jobs.Find((string)id!) is { } job
            ? $"{text}\n{job.Prompt}"
            : text;
    }

    private static string Page(int status) => string.Create(
        CultureInfo.InvariantCulture,
        $"<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n");
}
