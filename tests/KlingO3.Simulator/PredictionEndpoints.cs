using System.Globalization;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>Create, get and cancel.</summary>
internal sealed class PredictionEndpoints(SimulatedService service)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        // Routing takes these with and without a slash at the end.
        routes.MapPost("/v1/prediction", CreateAsync).WithMetadata(new CallKind("create"));
        routes.MapGet("/v1/prediction/{id}", GetAsync).WithMetadata(new CallKind("get"));
        routes.MapPost("/v1/prediction/{id}/cancel", CancelAsync).WithMetadata(new CallKind("cancel"));
    }

    private Task CreateAsync(HttpContext context)
    {
        var call = Call.Of(context);
        if (!context.Request.HasJsonContentType())
        {
            return Invalid(context, StatusCodes.Status400BadRequest, "Content-Type must be application/json");
        }

        var (request, status, wrong) = CreateRequest.Read(call.Body);
        if (request is null)
        {
            return Invalid(context, status, wrong);
        }

        var order = new Order(request, call.Key, HeadersOf(context.Request, call)) { FailsWith = MissingUpload(request) };
        var (job, refusal, wait) = service.Jobs.Create(order);
        call.MadeId = job?.Id;
        return job is null ? RefuseAsync(context, refusal, wait) : Json.AnswerAsync(context, Done(job, "success", "Prediction created successfully"));
    }

    private Task Invalid(HttpContext context, int status, string wrong)
    {
        Interlocked.Increment(ref service.Tally.Invalid);
        return status == StatusCodes.Status422UnprocessableEntity
            ? service.Errors.WriteAsync(context, status, "Input validation failed", wrong)
            : service.Errors.WriteAsync(context, status, wrong);
    }

    private Task RefuseAsync(HttpContext context, Refusal refusal, TimeSpan wait)
    {
        if (refusal == Refusal.Payment)
        {
            Interlocked.Increment(ref service.Tally.Payment);
            return Json.AnswerAsync(context, new JsonObject { ["error"] = "insufficient balance" }, StatusCodes.Status402PaymentRequired);
        }

        var number = refusal == Refusal.RateLimited
            ? Interlocked.Increment(ref service.Tally.RateLimited)
            : Interlocked.Increment(ref service.Tally.Concurrency);
        var options = service.Settings.Current;
        if (options.RetryAfter == "always" || (options.RetryAfter == "mixed" && Dice.Pick(options.Seed, Purpose.RetryAfter, number, 2) == 0))
        {
            // The caller waits on its own clock, not on this one, which may run faster.
            var seconds = Math.Max(1, Math.Ceiling(service.Clock.Real(wait).TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return service.Errors.WriteAsync(
            context,
            StatusCodes.Status429TooManyRequests,
            refusal == Refusal.RateLimited ? "Rate limit exceeded" : "Too many concurrent predictions");
    }

    private async Task GetAsync(HttpContext context)
    {
        var (options, now) = (service.Settings.Current.Get, service.Clock.Now);
        if (Find(context) is not { } job || now < job.CreatedAt.AddSeconds(options.Delay))
        {
            await NotFound(context);
            return;
        }

        Interlocked.Increment(ref job.Gets);
        var here = Here(context);
        await Json.AnswerAsync(context, PredictionAnswer.Of(job, now, service.Links.For(job, here), here, options));
    }

    private Task CancelAsync(HttpContext context) => Find(context) is not null && service.Jobs.Cancel(Id(context)) is { } job
        ? Json.AnswerAsync(context, Done(job, "cancelled", "Prediction canceled successfully"))
        : NotFound(context);

    /// <summary>A job of another organisation is none.</summary>
    private Job? Find(HttpContext context) =>
        service.Jobs.Find(Id(context)) is { } job && job.Organisation == Call.Of(context).Organisation ? job : null;

    private Task NotFound(HttpContext context) =>
        service.Errors.WriteAsync(context, StatusCodes.Status404NotFound, "Prediction not found");

    private static JsonObject Done(Job job, string status, string message) =>
        new() { ["status"] = status, ["message"] = message, ["predictionID"] = Json.Id(job.Id) };

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    public static string Here(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";

    private static Dictionary<string, string> HeadersOf(HttpRequest request, Call call) => new()
    {
        ["userAgent"] = request.Headers.UserAgent.ToString(),
        ["accept"] = request.Headers.Accept.ToString(),
        ["contentType"] = request.Headers.ContentType.ToString(),
        ["path"] = request.Path,
        ["authentication"] = call.Authentication,
    };

    /// <summary>An input that was promised an upload here and never got it cannot be downloaded by the model.</summary>
    private string? MissingUpload(CreateRequest request) =>
        request.Input.TryGetProperty("video_url", out var text)
        && Uri.TryCreate(text.GetString(), UriKind.Absolute, out var url)
        && url.AbsolutePath.StartsWith("/files/", StringComparison.Ordinal)
        && url.IsLoopback
        && service.Uploads.FindByName(url.Segments[^1], service.Clock.Now) is null
            ? "INPUT_DOWNLOAD_ERROR"
            : null;
}
