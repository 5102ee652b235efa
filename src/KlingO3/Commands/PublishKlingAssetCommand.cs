using System.Collections;
using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Files;

namespace KlingO3.Commands;

/// <summary>
/// Uploads local files and emits where they lie, for <c>New-KlingVideo</c>. The same content is uploaded once, whatever it is called, as long as
/// its URL lives. <c>New-KlingVideo</c> uploads local files by itself; this is for those who want their URLs, or a storage of their own.
/// </summary>
[Cmdlet(VerbsData.Publish, "KlingAsset", DefaultParameterSetName = "Service", SupportsShouldProcess = true)]
[OutputType(typeof(KlingAsset))]
public sealed class PublishKlingAssetCommand : AsyncCommand
{
    private const int AtOnce = 3;

    private readonly HashSet<string> _targets = new(StringComparer.Ordinal);
    private AllowedHosts? _allowed;
    private bool _typedPath;
    private bool _typedUploadUrl;
    private bool _typedPublicUrl;
    private bool _typedHeader;
    private int _uploading;

    /// <summary>The files, as they are called: brackets are no wildcards. Files pipe in (<c>Get-ChildItem clips/*.mp4</c>).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath", "LiteralPath")]
    public string[] Path { get; set; } = [];

    /// <summary>How long the URL shall live, 60 seconds to 365 days; the service's own default is 180 days.</summary>
    [Parameter(ParameterSetName = "Service")]
    [Seconds]
    public TimeSpan? ExpiresIn { get; set; }

    /// <summary>Upload it although it was uploaded before: the URL that is remembered is dead.</summary>
    [Parameter(ParameterSetName = "Service")]
    public SwitchParameter Force { get; set; }

    /// <summary>Where a storage of your own takes the file by PUT: a presigned URL (S3), a SAS URL (Azure), a WebDAV address. One a file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Storage", ValueFromPipelineByPropertyName = true)]
    public Uri? UploadUrl { get; set; }

    /// <summary>Where the file can be fetched then; the upload URL without its query by default.</summary>
    [Parameter(ParameterSetName = "Storage", ValueFromPipelineByPropertyName = true)]
    public Uri? PublicUrl { get; set; }

    /// <summary>Headers that the storage wants: <c>@{ 'x-ms-blob-type' = 'BlockBlob' }</c> for Azure.</summary>
    [Parameter(ParameterSetName = "Storage", ValueFromPipelineByPropertyName = true)]
    public IDictionary? Header { get; set; }

    /// <summary>
    /// The hosts of storages that rows may name in UploadUrl and PublicUrl, and of file servers that they may name in Path. Without it rows name neither.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? AllowedHost { get; set; }

    /// <summary>Upload files that are no known images or videos too.</summary>
    [Parameter]
    public SwitchParameter AnyFile { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        _allowed = new AllowedHosts(AllowedHost ?? []);

        // What is bound before the first row came from the command line. A script block is evaluated for each row, and gives what the row says.
        (_typedPath, _typedUploadUrl, _typedPublicUrl, _typedHeader) = (Path.Length > 0, UploadUrl is not null, PublicUrl is not null, Header is not null);
    }

    private protected override void Process()
    {
        Pump();
        foreach (var path in Path)
        {
            try
            {
                RequireAllowed(path);
                Publish(path);
            }
            catch (KlingException problem)
            {
                WriteError(problem, path);
            }
        }
    }

    // A row may come from anyone: where its file is read from and sent to is for the command line to say.
    private void RequireAllowed(string path)
    {
        if (!_typedPath)
        {
            _allowed!.RequirePath(path);
        }

        if (UploadUrl is not null && (!_typedUploadUrl || IsPiped(Header, _typedHeader)))
        {
            _allowed!.RequireStorage(_typedUploadUrl ? nameof(Header) : nameof(UploadUrl), UploadUrl);
        }

        if (IsPiped(PublicUrl, _typedPublicUrl))
        {
            _allowed!.RequireStorage(nameof(PublicUrl), PublicUrl);
        }
    }

    private static bool IsPiped(object? value, bool isTyped) => value is not null && !isTyped;

    private void Publish(string path)
    {
        var file = LocalPath.Find(SessionState, path) ?? throw new KlingException(
            KlingErrorId.InvalidInput, $"'{path}' is not in the file system of this computer.", "Give the path of a file.");
        var options = new UploadOptions { ExpiresIn = ExpiresIn, Force = Force, AnyFile = AnyFile, Storage = Storage(file) };
        if (!ShouldProcess(file, options.Storage is null ? "Upload to the service" : $"Upload to {options.Storage.UploadUrl.Host}"))
        {
            return;
        }

        var (client, notices) = (Client, Notices);
        _uploading++;
        Count(counts => counts with { Seen = counts.Seen + 1 });
        Start(
            token => client.PublishAsync(file, options, notices, token),
            asset =>
            {
                Ended();
                WriteObject(asset);
            },
            problem =>
            {
                Ended();
                WriteError(problem, path);
            });
        PumpUntil(() => _uploading < AtOnce);
    }

    private void Ended()
    {
        _uploading--;
        Count(counts => counts with { Answered = counts.Answered + 1 });
    }

    // Where another command counts the rows, its bar is not for us.
    private void Count(Func<Running.PipelineCounts, Running.PipelineCounts> change)
    {
        Scope.Counter ??= this;
        if (Scope.Counter == this)
        {
            Scope.Count(change);
        }
    }

    private UploadStorage? Storage(string file)
    {
        if (UploadUrl is not { } url)
        {
            return null;
        }

        if (!_targets.Add(url.OriginalString))
        {
            throw new KlingException(
                KlingErrorId.InvalidInput, $"'{file}' would replace what was just uploaded to the same UploadUrl.", "Give each file its own: rows with the columns Path and UploadUrl pipe in.");
        }

        return new UploadStorage(url)
        {
            PublicUrl = PublicUrl,
            Headers = (Header ?? new Hashtable()).Cast<DictionaryEntry>().ToDictionary(entry => InvariantText.Of(entry.Key)!, entry => InvariantText.Of(entry.Value) ?? "", StringComparer.OrdinalIgnoreCase),
        };
    }
}
