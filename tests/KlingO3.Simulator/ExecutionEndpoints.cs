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

        var options = service.Settings.Current.List;
        var query = context.Request.Query;
        string? Given(string name) => options.Ignored.Contains(name) ? null : query[name].ToString();
        if (!Whole(Given("limit"), 20, 1, 100, out var limit))
        {
            return Bad(context, "limit must be between 1 and 100");
        }

        if (!Whole(Given("offset"), 0, 0, int.MaxValue, out var offset))
        {
            return Bad(context, "offset must not be negative");
        }

        var statuses = (Given("status") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (statuses.Any(status => !Filters.Contains(status)))
        {
            return Bad(context, $"status must be one of {string.Join(", ", Filters)}");
        }

        var (now, organisation) = (service.Clock.Now, Call.Of(context).Organisation);
        if (!Time(Given("to"), service.Told(now), out var to) || !Time(Given("from"), to - Window, out var from))
        {
            return Bad(context, "from and to must be RFC 3339 times");
        }

        var model = Given("model");
        var hides = options.Hidden.Any(name => query[name] is [{ Length: > 0 }]);
        return Json.AnswerAsync(context, Page(context, now, limit, offset, job =>
            !hides
            && job.Organisation == organisation
            && service.Told(job.CreatedAt) >= from
            && service.Told(job.CreatedAt) <= to
            && (string.IsNullOrEmpty(model) || job.Model == model)
            && (statuses.Length == 0 || statuses.Contains(PredictionAnswer.ListStatus(job, now)))));
    }

    private JsonNode Page(HttpContext context, DateTimeOffset now, int limit, int offset, Func<Job, bool> matches)
    {
        var settings = service.Settings.Current;
        var options = settings.List;
        var shownUntil = now.AddSeconds(-settings.ListDelay);
        Job[] jobs = [.. service.Jobs.Snapshot().Where(job => job.CreatedAt <= shownUntil && matches(job))];
        if (!options.OldestFirst)
        {
            Array.Reverse(jobs);
        }

        var shown = jobs.Skip(offset).Take(options.PageRows > 0 ? Math.Min(limit, options.PageRows) : limit);
        var rows = new JsonArray([.. shown.Select(job => ExecutionRow.Of(job, now, service, PredictionEndpoints.Here(context)))]);
        if (options.Name == "none")
        {
            return rows;
        }

        var answer = new JsonObject { [options.Name] = rows };
        SetTotal(answer, options.Total, jobs.Length, offset, rows.Count);
        answer["offset"] = offset;
        answer["limit"] = limit;
        return answer;
    }

    private static void SetTotal(JsonObject answer, string total, int count, int offset, int rows)
    {
        if (total == "none")
        {
            return;
        }

        var seen = offset + rows;
        var capped = total == "capped" || (count > CountedAtMost && seen < count);
        var exact = capped ? Math.Max(CountedAtMost, seen) : count;
        answer["total_count"] = total switch
        {
            "page" or "capped" => rows,
            "double" => exact * 2,
            "zero" => 0,
            "text" => exact.ToString(CultureInfo.InvariantCulture),
            "null" => null,
            _ => exact,
        };
        answer["total_capped"] = capped;
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
