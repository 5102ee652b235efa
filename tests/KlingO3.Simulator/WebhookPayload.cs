using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>What a webhook says of a job that ended, in one of the documented shapes.</summary>
internal static class WebhookPayload
{
    public static byte[] Of(Job job, string link)
    {
        var payload = new JsonObject { ["exec_id"] = job.Id };
        if (!job.Shape.Page)
        {
            payload["flow_id"] = null;
        }

        if (job.FailsWith is null)
        {
            payload["status"] = "succeeded";

            // A webhook has no arrays of URLs: a text or an object.
            payload["output"] = job.Shape is { Page: false, Output: 2 } ? new JsonObject { ["url"] = link } : JsonValue.Create(link);
            payload["error"] = job.Shape.Page ? "" : null;
            return Json.Bytes(payload);
        }

        payload["status"] = "failed";
        payload["output"] = job.Shape.Page ? null : new JsonArray(new JsonObject
        {
            ["id"] = job.Id,
            ["status"] = "error",
            ["output"] = null,
            ["error"] = PredictionAnswer.FailureText(job),
        });
        payload["error"] = job.Shape.Page ? PredictionAnswer.FailureText(job) : "";
        return Json.Bytes(payload);
    }
}
