namespace KlingO3.Simulator;

/// <summary>Notes each call, counts it by its kind, and puts on each answer what all answers carry.</summary>
internal sealed class CallMiddleware(SimulatedService service)
{
    private const int LargestBody = 1_000_000;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments("/_sim", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var kind = context.GetEndpoint()?.Metadata.GetMetadata<CallKind>() ?? new CallKind("other", WantsKey: false);
        var call = new Call(kind, service.Calls.Add(service.Told(service.Clock.Now), request.Method, $"{request.Path}{request.QueryString}"));
        context.Features.Set(call);
        Count(kind.Name, request);
        var requestId = request.Headers["X-Request-Id"] is [{ Length: > 0 } given] ? given : Guid.NewGuid().ToString("n");
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Date = service.DateHeader;
            context.Response.Headers.TryAdd("X-Request-Id", requestId);
            return Task.CompletedTask;
        });
        await AnswerAsync(context, call, next);
        call.Record.Status = call.Aborted || context.RequestAborted.IsCancellationRequested ? 0 : context.Response.StatusCode;
        if (service.Settings.Current.Verbose)
        {
            await Console.Error.WriteLineAsync($"{call.Record.Number} {request.Method} {call.Record.Path} {call.Record.Status} {call.Record.Fault}");
        }
    }

    private async Task AnswerAsync(HttpContext context, Call call, RequestDelegate next)
    {
        try
        {
            await service.Clock.Delay(TimeSpan.FromSeconds(service.Settings.Current.Latency), context.RequestAborted);
            if (call.Kind.Name == "download")
            {
                context.Response.Body = new CountedBody(context.Response.Body, service.Tally);
            }

            if (call.Kind.Name == "create")
            {
                if (context.Request.ContentLength > LargestBody)
                {
                    await service.Errors.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "body too large");
                    return;
                }

                // Read as a whole before anything else: a fault can look for its prompt, and no reset leaves half of it on the wire.
                call.Body = await Json.ReadAsync(context);
            }

            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested || service.Stopping.IsCancellationRequested)
        {
            // The caller is gone, or the simulator is going.
            call.Abort(context);
        }
        catch (BadHttpRequestException)
        {
            // The caller went away in the middle of its body.
            call.Abort(context);
        }
        catch (Exception e)
        {
            // Said aloud, for a defect here must not pass for a planned fault.
            await Console.Error.WriteLineAsync($"The simulator failed at {call.Record.Method} {call.Record.Path}: {e}");
            call.Abort(context);
        }
    }

    private void Count(string kind, HttpRequest request)
    {
        var tally = service.Tally;
        switch (kind)
        {
            case "create":
                Interlocked.Increment(ref tally.CreateCalls);
                break;
            case "get":
                Interlocked.Increment(ref tally.Gets);
                break;
            case "cancel":
                Interlocked.Increment(ref tally.Cancels);
                break;
            case "list":
                Interlocked.Increment(ref tally.Lists);
                break;
            case "download" when HttpMethods.IsGet(request.Method):
                Interlocked.Increment(ref tally.Downloads);
                break;
            default:
                break;
        }
    }
}
