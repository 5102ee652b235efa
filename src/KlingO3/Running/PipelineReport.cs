using System.Globalization;
using System.Text;
using KlingO3.Bulk;

namespace KlingO3.Running;

/// <summary>The line at the end of a pipeline that a runbook's log should have: what became of the rows, and what they cost.</summary>
internal static class PipelineReport
{
    /// <summary>Writes the line.</summary>
    /// <param name="counts">How far the pipeline came.</param>
    /// <param name="creates">What was created; null where nothing creates.</param>
    /// <param name="batch">The batch, if all rows have the same.</param>
    public static string Describe(PipelineCounts counts, CreateReport? creates, string? batch)
    {
        var line = new StringBuilder(batch is null ? "" : $"Batch {batch}: ");
        line.Append(CultureInfo.InvariantCulture, $"{counts.Seen} {(creates is null ? "prediction" : "row")}{(counts.Seen == 1 ? "" : "s")}");
        if (creates is not null)
        {
            line.Append(CultureInfo.InvariantCulture, $": {creates.Created} created now, {creates.Found} found, {creates.Refused} refused, {creates.Unknown} unknown, {creates.NotSent} not sent");
        }

        if (counts.Waits || counts.Saves)
        {
            line.Append(CultureInfo.InvariantCulture, $"; {counts.Done} done, {counts.Lost} failed");
        }

        if (counts.Saves)
        {
            line.Append(CultureInfo.InvariantCulture, $", {counts.Saved} saved");
        }

        if (counts.Priced > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $"; {counts.Cost:0.00##} USD for the {counts.Priced} whose cost the service told");
        }

        return line.Append('.').ToString();
    }
}
