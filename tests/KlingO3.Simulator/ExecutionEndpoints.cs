using System.Globalization;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>The list of everything that the organisation ran, whichever key it used.</summary>
internal sealed class ExecutionEndpoints(SimulatedService service)
{
    // The service does not count large histories: a client that pages by total_count stops too early.
    private const int CountedAtMost = 100;

    private static readonly string[] Filters = ["created", "starting", "success", "error"];
    private static readonly TimeSpan Window = TimeSpan.FromDays(90);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/executions", ListAsync).WithMetadata(new CallKind("list"));

    private Task ListAsync(HttpContext context)
    {
        if (service.Settings.Current.NoList)
        {
            return service.Errors.WriteAsync(context, StatusCodes.Status403Forbidden, "this key may not list executions");
        }

        var query = context.Request.Query;
        var statuses = query["status"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (!Whole(query["limit"], 20, 1, 100, out var limit))
        {
            return Bad(context, "limit must be between 1 and 100");
        }

        if (!Whole(query["offset"], 0, 0, int.MaxValue, out var offset))
        {
            return Bad(context, "offset must not be negative");
        }

        if (statuses.Any(status => !Filters.Contains(status)))
        {
            return Bad(context, $"status must be one of {string.Join(", ", Filters)}");
        }

        var (now, organisation) = (service.Clock.Now, Call.Of(context).Organisation);
        if (!Time(query["to"], service.Told(now), out var to) || !Time(query["from"], to - Window, out var from))
        {
            return Bad(context, "from and to must be RFC 3339 times");
        }

        return Json.AnswerAsync(context, Page(context, now, limit, offset, job =>
            job.Organisation == organisation
            && service.Told(job.CreatedAt) >= from
            && service.Told(job.CreatedAt) <= to
            && (query["model"] is not [{ Length: > 0 } model] || job.Model == model)
            && (statuses.Length == 0 || statuses.Contains(PredictionAnswer.ListStatus(job, now)))));
    }

    private JsonObject Page(HttpContext context, DateTimeOffset now, int limit, int offset, Func<Job, bool> matches)
    {
        var shownUntil = now.AddSeconds(-service.Settings.Current.ListDelay);
        var jobs = service.Jobs.Snapshot();
        var rows = new JsonArray();
        var count = 0;
        for (var i = jobs.Length - 1; i >= 0; i--)
        {
            if (jobs[i].CreatedAt <= shownUntil && matches(jobs[i]) && count++ >= offset && rows.Count < limit)
            {
                rows.Add((JsonNode)Row(jobs[i], now, PredictionEndpoints.Here(context)));
            }
        }

        var seen = offset + rows.Count;
        var capped = count > CountedAtMost && seen < count;
        return new()
        {
            ["executions"] = rows,
            ["total_count"] = capped ? Math.Max(CountedAtMost, seen) : count,
            ["total_capped"] = capped,
            ["offset"] = offset,
            ["limit"] = limit,
        };
    }

    private JsonObject Row(Job job, DateTimeOffset now, string here)
    {
        var whole = !job.Shape.Page;
        var started = job.StartedAt <= (job.Ended ? job.EndsAt : now);
        return new()
        {
            ["id"] = job.Id,
            ["model"] = job.Model,
            ["requested_model"] = null,
            ["status"] = PredictionAnswer.ListStatus(job, now),
            ["workflow_id"] = null,
            ["workflow_execution_id"] = null,
            ["execution_cost"] = job.Phase == JobPhase.Success ? job.Cost : 0,
            ["run_time"] = Math.Round(job.RunTime.TotalSeconds, 3),
            ["created_at"] = VirtualClock.Rfc3339(service.Told(job.CreatedAt), whole),
            ["started_at"] = started ? VirtualClock.Rfc3339(service.Told(job.StartedAt), whole) : null,
            ["completed_at"] = job.Ended ? VirtualClock.Rfc3339(service.Told(job.EndsAt), whole) : null,
            ["output"] = job.Phase == JobPhase.Success ? service.Links.For(job, here) : null,
        };
    }

    private Task Bad(HttpContext context, string wrong) => service.Errors.WriteAsync(context, StatusCodes.Status400BadRequest, wrong);

    public static bool Whole(string? text, int usual, int least, int most, out int number)
    {
        number = usual;
        return string.IsNullOrEmpty(text)
            || (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }

    private static bool Time(string? text, DateTimeOffset usual, out DateTimeOffset time)
    {
        time = usual;
        string[] formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

        // Without an offset it is no RFC 3339 time, and the service would not know which hour is meant.
        return string.IsNullOrEmpty(text)
            || ((text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
                && DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time));
    }
}
