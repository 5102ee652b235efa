using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>What the simulator saw, as JSON, for tests to assert on.</summary>
internal sealed class StateReport(SimulatedService service, DownloadEndpoints downloads)
{
    // Hashing a huge output takes longer than a test wants to wait for a state.
    private const long LargestHashed = 16_000_000;

    public async Task<JsonObject> WriteAsync(bool brief, CancellationToken cancel)
    {
        var tally = service.Tally;
        var (createTimes, inFlight, maxInFlight, balance) = service.Jobs.Totals();
        var state = new JsonObject
        {
            ["now"] = Millis(service.Clock.Now),
            ["creates"] = createTimes.Length,
            ["createCalls"] = tally.CreateCalls,
            ["gets"] = tally.Gets,
            ["lists"] = tally.Lists,
            ["cancels"] = tally.Cancels,
            ["downloads"] = tally.Downloads,
            ["downloadBytes"] = tally.DownloadBytes,
            ["puts"] = tally.Puts,
            ["presigns"] = tally.Presigns,
            ["webhooks"] = tally.Webhooks,
            ["webhooksDelivered"] = tally.WebhooksDelivered,
            ["webhooksSkipped"] = tally.WebhooksSkipped,
            ["unauthorized"] = tally.Unauthorized,
            ["refused"] = new JsonObject
            {
                ["rateLimited"] = tally.RateLimited,
                ["concurrency"] = tally.Concurrency,
                ["balance"] = tally.BalanceLimited,
                ["injected429"] = tally.Injected429,
                ["invalid"] = tally.Invalid,
                ["payment"] = tally.Payment,
            },
            ["injected"] = tally.Injected,
            ["inFlight"] = inFlight,
            ["maxInFlight"] = maxInFlight,
            ["balance"] = balance,
            ["createTimes"] = new JsonArray([.. createTimes.Select(time => (JsonNode)Millis(time))]),
            ["bothAuthHeaders"] = tally.BothAuthHeaders,
            ["keysInUrls"] = tally.KeysInUrls,
            ["keysSentToFiles"] = tally.KeysSentToFiles,
        };
        if (!brief)
        {
            var jobs = new JsonArray();
            foreach (var job in service.Jobs.Snapshot())
            {
                jobs.Add((JsonNode)await DescribeAsync(job, cancel));
            }

            state["jobs"] = jobs;
            state["uploads"] = new JsonArray([.. service.Uploads.Snapshot().Select(Describe)]);
            state["calls"] = new JsonArray([.. service.Calls.Snapshot().Select(Describe)]);
        }

        return state;
    }

    public async Task<JsonObject> DescribeAsync(Job job, CancellationToken cancel)
    {
        var done = job.Phase == JobPhase.Success;
        if (done && job.OutputLength <= LargestHashed)
        {
            job.OutputHash ??= await downloads.Video(job).HashAsync(cancel);
        }

        return new()
        {
            ["id"] = job.Id,
            ["number"] = job.Number,
            ["model"] = job.Model,
            ["input"] = JsonObject.Create(job.Input),
            ["status"] = job.Phase.ToString().ToLowerInvariant(),
            ["planted"] = job.Planted,
            ["key"] = job.Key,
            ["organisation"] = job.Organisation,
            ["createdAt"] = Millis(job.CreatedAt),
            ["startedAt"] = Millis(job.StartedAt),
            ["endsAt"] = job.Ended || !job.Never ? Millis(job.EndsAt) : null,
            ["cost"] = done ? job.Cost : 0,
            ["gets"] = job.Gets,
            ["cancels"] = job.Cancels,
            ["failsWith"] = job.FailsWith,
            ["webhookUrl"] = job.WebhookUrl,
            ["outputSha256"] = done ? job.OutputHash : null,
            ["outputLength"] = done ? job.OutputLength : null,
            ["outputName"] = job.OutputName,
            ["headers"] = new JsonObject([.. job.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))]),
        };
    }

    private JsonNode Describe(Upload upload) => new JsonObject
    {
        ["id"] = upload.Id,
        ["name"] = upload.Name,
        ["contentType"] = upload.ContentType,
        ["expiresAt"] = Millis(upload.ExpiresAt),
        ["puts"] = upload.Puts,
        ["length"] = upload.File?.Length,
        ["sha256"] = upload.Hash,
        ["deleted"] = upload.Deleted,
    };

    private static JsonNode Describe(CallRecord call) => new JsonObject
    {
        ["n"] = call.Number,
        ["at"] = call.At.ToUnixTimeMilliseconds(),
        ["method"] = call.Method,
        ["path"] = call.Path,
        ["status"] = call.Status,
        ["fault"] = call.Fault,
    };

    private long Millis(DateTimeOffset time) => service.Told(time).ToUnixTimeMilliseconds();
}
