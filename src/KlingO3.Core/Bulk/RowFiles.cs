using KlingO3.Files;
using KlingO3.Input.Catalog;
using KlingO3.Input.Media;

namespace KlingO3.Bulk;

/// <summary>
/// A row and its local files. The row is known by their contents and not by their paths or URLs: a clip that was renamed, or uploaded anew,
/// does not make another row. What is sent, and what a lost create is settled by, are the URLs.
/// </summary>
internal sealed class RowFiles
{
    private const string ContentPrefix = "sha256:";

    private readonly VideoRequest _request;
    private readonly Dictionary<string, FileFingerprint> _files;

    private RowFiles(VideoRequest request, ModelRules rules, Dictionary<string, FileFingerprint> files) => (_request, Rules, _files) = (request, rules, files);

    /// <summary>The row as it is known in a batch.</summary>
    public VideoRequest Identity => With(path => ContentPrefix + _files[path].Sha256);

    /// <summary>Whether a source of media stands for the content of a local file.</summary>
    public static bool IsContent(string source) => source.StartsWith(ContentPrefix, StringComparison.Ordinal);

    /// <summary>What the row was checked by.</summary>
    public ModelRules Rules { get; }

    /// <summary>The row as it was given.</summary>
    public VideoRequest Original => _request;

    /// <summary>The row's local files, by their paths.</summary>
    public IReadOnlyDictionary<string, FileFingerprint> Files => _files;

    /// <summary>Reads the row's local files. A row without any costs nothing.</summary>
    /// <exception cref="KlingException">KlingUploadFailed: one cannot be read.</exception>
    public static async ValueTask<RowFiles> ReadAsync(VideoRequest request, ModelRules rules, Uploader uploader, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, FileFingerprint>(StringComparer.Ordinal);
        foreach (var field in LocalMedia.Of(rules, request.Input))
        {
            if (!files.ContainsKey(field.Source))
            {
                files.Add(field.Source, await uploader.ReadAsync(field.Source, cancellationToken).ConfigureAwait(false));
            }
        }

        return new RowFiles(request, rules, files);
    }

    /// <summary>The row as it is sent: its files are uploaded now, if they are not there already.</summary>
    /// <exception cref="KlingException">KlingInvalidInput: one is no known image or video, and none is uploaded. KlingUploadFailed.</exception>
    public async ValueTask<VideoRequest> UploadAsync(Uploader uploader, IProgress<Notice> notices, CancellationToken cancellationToken)
    {
        // The command line's own check may have been of another content, or not been made at all.
        foreach (var file in _files.Values)
        {
            file.RequireMedia();
        }

        var urls = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, file) in _files)
        {
            urls.Add(path, (await uploader.ToServiceAsync(file, new UploadOptions(), notices, cancellationToken).ConfigureAwait(false)).Url);
        }

        return With(path => urls[path]);
    }

    private VideoRequest With(Func<string, string> instead) =>
        _files.Count == 0 ? _request : _request with { Input = LocalMedia.Replace(Rules, _request.Input, instead) };
}
