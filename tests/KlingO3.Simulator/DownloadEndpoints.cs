namespace KlingO3.Simulator;

/// <summary>What is downloaded by link, without a key: outputs, uploaded files, and sample inputs.</summary>
internal sealed class DownloadEndpoints(SimulatedService service)
{
    private static readonly string[] Reading = ["GET", "HEAD"];
    private static readonly int[] Gone = [StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status410Gone];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/outputs/{id}/{name}", Reading, OutputAsync).WithMetadata(new CallKind("download", WantsKey: false));

        // Inputs are of another kind than outputs, so that a count of downloads is one of videos that were paid for.
        routes.MapMethods("/files/{name}", Reading, FileAsync).WithMetadata(new CallKind("media", WantsKey: false));
        MapMedia(routes, "clip.mp4", "video/mp4", SampleVideo.Clip);
        MapMedia(routes, "clip.mov", "video/quicktime", SampleVideo.Movie);
        MapMedia(routes, "still.png", "image/png", SampleVideo.Still);
    }

    private Task OutputAsync(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var job = service.Jobs.Find((string)values["id"]!);
        if (job is not { Phase: JobPhase.Success } || job.OutputName != (string?)values["name"])
        {
            return Nothing(context, StatusCodes.Status404NotFound);
        }

        return service.Links.Opens(job, context.Request.Query)
            ? RangeAnswer.WriteAsync(context, Video(job), new("video/mp4", $"{job.Id}-{job.OutputLength:x}", service.Told(job.EndsAt)))
            : Nothing(context, Gone[Dice.Pick(service.Settings.Current.Seed, Purpose.ExpiredStatus, job.Number, Gone.Length)]);
    }

    public SampleVideo Video(Job job) => new(job.Id, job.OutputLength, service.Settings.Current.Seed + job.Number);

    private Task FileAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        return service.Uploads.FindByName(name, service.Clock.Now) is { File: { } file } upload
            ? RangeAnswer.WriteAsync(context, file, new(upload.ContentType, upload.Hash![..32], service.Told(upload.SignedAt)))
            : Nothing(context, StatusCodes.Status404NotFound);
    }

    private void MapMedia(IEndpointRouteBuilder routes, string name, string type, byte[] bytes)
    {
        var started = service.Clock.Now;
        var content = new MemoryContent(bytes);
        routes.MapMethods($"/media/{name}", Reading, context => RangeAnswer.WriteAsync(
            context, content, new(type, name, started, Ranges: context.Request.Query["norange"] != "1")))
            .WithMetadata(new CallKind("media", WantsKey: false));
    }

    private static Task Nothing(HttpContext context, int status) => Json.AnswerAsync(context, default, status, null);
}
