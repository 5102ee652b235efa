using System.Globalization;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>One row of the list of executions, in the shape that the options ask for.</summary>
internal static class ExecutionRow
{
    public static JsonNode? Of(Job job, DateTimeOffset now, SimulatedService service, string here)
    {
        var options = service.Settings.Current.List;
        if (options.Unreadable > 0 && job.Number % options.Unreadable == 0)
        {
            return Unreadable(job.Number);
        }

        var whole = !job.Shape.Page;
        var started = job.StartedAt <= (job.Ended ? job.EndsAt : now);
        var row = new JsonObject();
        Json.SetId(row, options.Id, job.Id);
        SetModel(row, options.Model, job.Model);
        row["status"] = PredictionAnswer.ListStatus(job, now);
        row["workflow_id"] = null;
        row["workflow_execution_id"] = null;
        row["execution_cost"] = job.Phase == JobPhase.Success ? job.Cost : 0;
        row["run_time"] = Math.Round(job.RunTime.TotalSeconds, 3);
        SetTime(row, "created_at", service.Told(job.CreatedAt), whole, options);
        SetTime(row, "started_at", started ? service.Told(job.StartedAt) : null, whole, options);
        SetTime(row, "completed_at", job.Ended ? service.Told(job.EndsAt) : null, whole, options);
        row["output"] = job.Phase == JobPhase.Success ? service.Links.For(job, here) : null;
        return row;
    }

    /// <summary>Sets <c>model</c>, as a row or a GET of a prediction tells it.</summary>
    public static void SetModel(JsonObject answer, string form, string slug)
    {
        if (form == "none")
        {
            return;
        }

        answer["model"] = form switch
        {
            "title" => ModelCatalog.Find(slug)!.Title,
            "version" => $"{slug}:0.0.1",
            "other" or "alias" => "kling-v3-omni",
            "object" => new JsonObject { ["slug"] = slug, ["title"] = ModelCatalog.Find(slug)!.Title },
            "null" => null,
            _ => slug,
        };
        answer["requested_model"] = form == "alias" ? slug : null;
    }

    private static JsonNode? Unreadable(long number) => (number % 4) switch
    {
        0 => null,
        1 => new JsonObject(),
        2 => "execution",
        _ => new JsonArray(),
    };

    private static void SetTime(JsonObject row, string name, DateTimeOffset? time, bool whole, ListOptions options)
    {
        if (options.Time != "none")
        {
            row[name] = time is { } moment ? Time(moment, whole, options) : null;
        }
    }

    private static JsonNode? Time(DateTimeOffset time, bool whole, ListOptions options)
    {
        string Local(string format) => time.UtcDateTime.AddHours(options.Zone).ToString(format, CultureInfo.InvariantCulture);
        return options.Time switch
        {
            "unix" => time.ToUnixTimeSeconds(),
            "unix-ms" => time.ToUnixTimeMilliseconds(),
            "unix-text" => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            "rfc1123" => time.ToString("R"),
            "offset" => time.ToOffset(TimeSpan.FromHours(options.Zone)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            "naive" => Local("yyyy-MM-dd'T'HH:mm:ss.fff"),
            "spaced" => Local("yyyy-MM-dd HH:mm:ss"),
            "words" => "a moment ago",
            "null" => null,
            _ => VirtualClock.Rfc3339(time, whole),
        };
    }
}
