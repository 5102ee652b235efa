using System.Globalization;

namespace KlingO3.Files;

/// <summary>Why a local file could not be uploaded, and what to do about it. Nothing was created for it, and nothing paid.</summary>
internal static class UploadErrors
{
    /// <summary>The way out for whatever this upload does not take.</summary>
    public const string GiveUrl = "Put it where a public https URL leads to it (a CDN, a storage account), and give that URL: from there the service takes videos of up to 200 MB. Publish-KlingAsset -UploadUrl puts it into a storage of your own.";

    private const string Again = "Run the same command again: what was uploaded and created is not uploaded or created again.";

    public static KlingException TooLarge(string path, long length) => New(
        path, string.Create(CultureInfo.InvariantCulture, $"it has {length / 1e6:0.0} MB, and at most {Uploader.LargestUpload / 1_000_000} MB can be uploaded"), GiveUrl);

    public static KlingException Empty(string path) => New(path, "it is empty, or is no regular file", "Give a file with a video or an image in it.");

    public static KlingException NotMedia(string path, string fault) => new(
        KlingErrorId.InvalidInput,
        $"'{path}' is not uploaded: it is no known image or video. {fault}",
        "Give an MP4, MOV, PNG, JPEG or WebP file. Nothing was sent. Publish-KlingAsset -AnyFile uploads other files.");

    public static KlingException Changed(string path) =>
        New(path, "it changed while it was read", $"Wait until nothing writes to the file any more. {Again}");

    public static KlingException Unreadable(string path, Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => New(path, "it is not there", "Check the path, or bring the file back.", cause),
        UnauthorizedAccessException when Directory.Exists(path) => New(path, "it is a folder", "Give its files.", cause),
        UnauthorizedAccessException => New(path, "it may not be read", "Make the file readable for you.", cause),
        IOException when IsHeldElsewhere(cause) => New(path, "another program has it locked", $"Close what uses the file. {Again}", cause),
        _ => New(path, cause.Message, "Check the file and its disk.", cause),
    };

    public static KlingException Refused(string path, string storage, int status, string? code) => new(
        KlingErrorId.UploadFailed,
        string.Create(CultureInfo.InvariantCulture, $"'{path}' could not be uploaded: the storage at {storage} answers HTTP {status}{(code is null ? "" : $" ({code})")}."),
        status switch
        {
            401 or 403 => "The storage does not accept the upload's signature: it may have expired, or want other headers. Ask for a new upload URL, check -Header and this computer's clock.",
            404 or 405 or 409 => "Check the upload URL: the container or folder must be there and take a PUT.",
            411 or 413 => GiveUrl,
            400 => "The storage wants the upload otherwise: for Azure add -Header @{ 'x-ms-blob-type' = 'BlockBlob' }; else see what it says.",
            _ => Again,
        })
    {
        StatusCode = status,
        ServiceMessage = code,
    };

    public static KlingException Broke(string path, string storage, string trouble, Exception? cause) =>
        New(path, $"{trouble} (storage at {storage})", $"Check the network and the proxy. {Again}", cause);

    public static KlingException Storage(string what) => new(
        KlingErrorId.InvalidInput, $"UploadUrl {what}.", "Give the https URL that your storage takes a PUT at: a presigned URL (S3), a SAS URL (Azure), a WebDAV address.");

    private static KlingException New(string path, string why, string action, Exception? cause = null) =>
        new(KlingErrorId.UploadFailed, $"'{path}' could not be uploaded: {why}.", action, cause);

    /// <summary>ERROR_SHARING_VIOLATION or ERROR_LOCK_VIOLATION on Windows; EAGAIN elsewhere, which is 11 on Linux and 35 on macOS.</summary>
    private static bool IsHeldElsewhere(Exception error) =>
        OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 32 or 33 : error.HResult is 11 or 35;
}
