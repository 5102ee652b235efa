using System.Globalization;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>What a GET of a prediction says, in the shape that the job has.</summary>
internal static class PredictionAnswer
{
    private const string UnknownWord = "queued_for_review";

    public static JsonObject Of(Job job, DateTimeOffset now, string link, string baseUrl, GetOptions options)
    {
        var answer = new JsonObject();
        Json.SetId(answer, options.Id == "usual" ? UsualId(job) : options.Id, job.Id);
        ExecutionRow.SetModel(answer, options.Model, job.Model);
        answer["status"] = Status(job, now);
        if (job.Shape.TellsInput && InputEcho.Of(job, options) is (true, var input))
        {
            answer["input"] = input;
        }

        if (!job.Shape.Page)
        {
            answer["logs"] = job.Phase == JobPhase.Error && job.Shape.Failure == 3 ? FailureText(job) : null;
            answer["urls"] = new JsonObject
            {
                ["get"] = $"{baseUrl}/v1/prediction/{job.Id}",
                ["cancel"] = $"{baseUrl}/v1/prediction/{job.Id}/cancel",
            };
        }

        answer["output"] = job.Phase switch
        {
            JobPhase.Success => Output(job, link),
            JobPhase.Error => FailureOutput(job),
            _ => null,
        };
        if (job.Phase == JobPhase.Error && job.Shape.Failure == 0)
        {
            answer["message"] = FailureCodes.Message(job.FailsWith!);
            answer["details"] = FailureText(job);
        }

        answer["metrics"] = Metrics(job);
        return answer;
    }

    private static string UsualId(Job job) => job.Shape.Page ? "predictionID" : "id";

    public static JsonNode Output(Job job, string link) => job.Shape.Output switch
    {
        1 => new JsonArray(link),
        2 => new JsonObject { ["url"] = link },
        _ => JsonValue.Create(link),
    };

    public static string FailureText(Job job) => $"{job.FailsWith}: {FailureCodes.Message(job.FailsWith!)}";

    private static string Status(Job job, DateTimeOffset now) => job.Phase switch
    {
        JobPhase.Success => "success",
        JobPhase.Error => job.Shape.FailureWord,
        JobPhase.Cancelled => "cancelled",
        _ when job.Weird => UnknownWord,
        _ when job.Shape.Page || now >= job.WorkingAt => "processing",
        _ => now < job.StartedAt ? "created" : "starting",
    };

    /// <summary>The word of the list of executions: it knows no <c>processing</c>, and one word for failed.</summary>
    public static string ListStatus(Job job, DateTimeOffset now) => job.Phase switch
    {
        JobPhase.Success => "success",
        JobPhase.Error => "error",
        JobPhase.Cancelled => "cancelled",
        _ when job.Weird => UnknownWord,
        _ => now < job.StartedAt ? "created" : "starting",
    };

    private static JsonNode? FailureOutput(Job job) => job.Shape.Failure switch
    {
        1 => new JsonObject
        {
            ["error_code"] = job.FailsWith,
            ["error_message"] = FailureCodes.Message(job.FailsWith!),
            ["retryable"] = FailureCodes.Retryable(job.FailsWith!),
            ["classification"] = FailureCodes.Classification(job.FailsWith!),
        },
        2 => FailureText(job),
        _ => null,
    };

    private static JsonObject? Metrics(Job job)
    {
        if (!job.Ended)
        {
            return job.Shape.Page ? [] : null;
        }

        var metrics = new JsonObject { ["predict_time"] = Number(job, Math.Round(job.RunTime.TotalSeconds, 3)) };
        if (!job.Shape.Page && job.Cost > 0)
        {
            metrics["cost"] = Number(job, job.Phase == JobPhase.Success ? (double)job.Cost : 0);
        }

        return metrics;
    }

    private static JsonNode Number(Job job, double number) =>
        job.Shape.NumbersAsText ? number.ToString(CultureInfo.InvariantCulture) : number;
}
