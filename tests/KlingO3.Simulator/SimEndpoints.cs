using System.Text.Json;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>What a test says to the simulator itself: faults, settings, other people's jobs; and what it asks of it.</summary>
internal sealed class SimEndpoints(SimulatedService service, DownloadEndpoints downloads)
{
    private readonly StateReport _report = new(service, downloads);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/_sim/state", StateAsync);
        routes.MapPost("/_sim/faults", context => ChangeAsync(context, AddFaults));
        routes.MapDelete("/_sim/faults", context => DoneAsync(context, service.Faults.Clear));
        routes.MapPost("/_sim/reset", context => DoneAsync(context, service.Reset));
        routes.MapPost("/_sim/settings", context => ChangeAsync(context, Change));
        routes.MapDelete("/_sim/settings", context => DoneAsync(context, service.Settings.Restore));
        routes.MapPost("/_sim/jobs", context => ChangeAsync(context, Plant));
        routes.MapGet("/_sim/jobs/{id}", JobAsync);
        routes.MapGet("/_sim/jobs/{id}/output", OutputAsync);
    }

    private async Task StateAsync(HttpContext context) =>
        await Json.AnswerAsync(context, await _report.WriteAsync(context.Request.Query["brief"] == "1", context.RequestAborted));

    private JsonObject AddFaults(JsonElement body)
    {
        Fault[] faults = body.ValueKind == JsonValueKind.Array ? [.. body.EnumerateArray().Select(Fault.Parse)] : [Fault.Parse(body)];
        service.Faults.Add(faults);
        return new() { ["planned"] = faults.Length };
    }

    private JsonObject Change(JsonElement body)
    {
        service.Settings.Change(body);
        if (body.TryGetProperty("balance", out _))
        {
            service.Jobs.ForgetCharges();
        }

        return [];
    }

    private JsonObject Plant(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object
            || !body.TryGetProperty("model", out var slug)
            || !body.TryGetProperty("input", out var input)
            || ModelCatalog.Find(slug.ToString()) is not { } model)
        {
            throw new FormatException("A planted job has a known model, and input.");
        }

        var age = body.TryGetProperty("createdSecondsAgo", out var seconds) ? seconds.GetDouble() : 0;
        var organisation = body.TryGetProperty("organisation", out var name) ? name.ToString() : "";
        var job = service.Jobs.Plant(new Order(new CreateRequest(model, input, null, null), "", new Dictionary<string, string>()) { Organisation = organisation }, TimeSpan.FromSeconds(age));
        return new() { ["id"] = job.Id };
    }

    private async Task JobAsync(HttpContext context)
    {
        if (service.Jobs.Find((string)context.Request.RouteValues["id"]!) is { } job)
        {
            await Json.AnswerAsync(context, await _report.DescribeAsync(job, context.RequestAborted));
            return;
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private Task OutputAsync(HttpContext context)
    {
        if (service.Jobs.Find((string)context.Request.RouteValues["id"]!) is { } job)
        {
            return RangeAnswer.WriteAsync(context, downloads.Video(job), new("video/mp4", job.Id, job.CreatedAt));
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task ChangeAsync(HttpContext context, Func<JsonElement, JsonObject> change)
    {
        JsonObject answer;
        try
        {
            answer = change(Json.Parse(await Json.ReadAsync(context)));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            await Json.AnswerAsync(context, new JsonObject { ["error"] = e.Message }, StatusCodes.Status400BadRequest);
            return;
        }

        await Json.AnswerAsync(context, answer);
    }

    private static Task DoneAsync(HttpContext context, Action action)
    {
        action();
        return Json.AnswerAsync(context, new JsonObject());
    }
}
