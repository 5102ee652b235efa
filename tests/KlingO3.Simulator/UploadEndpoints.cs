using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>Presigned uploads. The storage that takes the bytes is not the service: it answers in XML and wants no key.</summary>
internal sealed class UploadEndpoints(SimulatedService service)
{
    private const long LargestUpload = 100_000_000;
    private const string FileIdHeader = "x-amz-meta-file-id";

    private static readonly string[] FileTypes = ["image", "video", "audio", "other"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/upload/presign", PresignAsync).WithMetadata(new CallKind("presign"));
        routes.MapPut("/storage/{id}", PutAsync).WithMetadata(new CallKind("put", WantsKey: false));
        routes.MapDelete("/v1/files/{id}", DeleteAsync).WithMetadata(new CallKind("delete"));
    }

    private async Task PresignAsync(HttpContext context)
    {
        Interlocked.Increment(ref service.Tally.Presigns);
        if (Wrong(await Json.ReadAsync(context), out var contentType, out var life) is { } wrong)
        {
            await service.Errors.WriteAsync(context, StatusCodes.Status400BadRequest, wrong);
            return;
        }

        var upload = service.Uploads.Add(contentType, service.Clock.Now, life);
        var here = PredictionEndpoints.Here(context);
        await Json.AnswerAsync(context, new JsonObject
        {
            ["id"] = upload.Id,
            ["presigned_url"] = $"{here}/storage/{upload.Id}?X-Amz-Expires=900&X-Amz-Signature={Signature(upload)}",
            ["public_url"] = $"{here}/files/{upload.Name}",
            ["expires_at"] = VirtualClock.Rfc3339(service.Told(upload.ExpiresAt), wholeSeconds: true),
            ["required_headers"] = new JsonObject { [FileIdHeader] = upload.Id },
        });
    }

    private static string? Wrong(byte[] body, out string contentType, out TimeSpan life)
    {
        (contentType, life) = ("", TimeSpan.FromDays(180));
        JsonElement request;
        try
        {
            request = Json.Parse(body);
        }
        catch (JsonException)
        {
            return "invalid JSON body";
        }

        if (request.ValueKind != JsonValueKind.Object
            || !request.TryGetProperty("content_type", out var type)
            || type.ValueKind != JsonValueKind.String
            || type.GetString()!.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            return "content_type is required";
        }

        contentType = type.GetString()!;
        if (request.TryGetProperty("file_type", out var fileType)
            && (fileType.ValueKind != JsonValueKind.String || !FileTypes.Contains(fileType.GetString())))
        {
            return $"file_type must be one of {string.Join(", ", FileTypes)}";
        }

        if (request.TryGetProperty("expires_in_seconds", out var expires))
        {
            if (expires.ValueKind != JsonValueKind.Number || !expires.TryGetInt32(out var seconds))
            {
                return "expires_in_seconds must be a whole number";
            }

            life = TimeSpan.FromSeconds(Math.Clamp(seconds, 60, 31_536_000));
        }

        return null;
    }

    private async Task PutAsync(HttpContext context)
    {
        Interlocked.Increment(ref service.Tally.Puts);
        var request = context.Request;
        var upload = service.Uploads.Find((string)request.RouteValues["id"]!);
        var (status, code) = upload is null ? (404, "NoSuchKey")
            : request.Headers.ContainsKey("Authorization") ? (400, "InvalidArgument")
            : request.Query["X-Amz-Signature"] != Signature(upload) ? (403, "SignatureDoesNotMatch")
            : service.Clock.Now >= upload.SignedAt + Upload.LinkLife ? (403, "AccessDenied")
            : request.Headers[FileIdHeader] != upload.Id ? (403, "SignatureDoesNotMatch")
            : request.ContentType != upload.ContentType ? (403, "SignatureDoesNotMatch")
            : request.ContentLength is null ? (411, "MissingContentLength")
            : request.ContentLength > LargestUpload ? (400, "EntityTooLarge")
            : (200, "");
        if (status == StatusCodes.Status200OK)
        {
            var tag = await StoreAsync(context, upload!.Id);
            context.Response.Headers.ETag = $"\"{tag[..32]}\"";
            await Json.AnswerAsync(context, default, status, null);
            return;
        }

        var xml = $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{code}</Message></Error>";
        await Json.AnswerAsync(context, Encoding.UTF8.GetBytes(xml), status, "application/xml");
    }

    private async Task<string> StoreAsync(HttpContext context, string id)
    {
        var file = StoredFile.Create();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                await file.AppendAsync(buffer.AsMemory(0, count), context.RequestAborted);
            }

            var text = Convert.ToHexStringLower(hash.GetHashAndReset());
            service.Uploads.Keep(id, file, text);
            return text;
        }
        catch
        {
            // Half an upload is none.
            file.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task DeleteAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (!Guid.TryParseExact(id, "D", out _))
        {
            return service.Errors.WriteAsync(context, StatusCodes.Status400BadRequest, "id must be a UUID");
        }

        if (service.Uploads.Find(id) is null)
        {
            return service.Errors.WriteAsync(context, StatusCodes.Status404NotFound, "file not found");
        }

        service.Uploads.Delete(id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private string Signature(Upload upload) =>
        Dice.Mix(service.Settings.Current.Seed, Purpose.UploadSignature, BitConverter.ToInt64(Guid.Parse(upload.Id).ToByteArray()))
            .ToString("x16", CultureInfo.InvariantCulture);
}
