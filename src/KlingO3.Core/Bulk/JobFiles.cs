using KlingO3.Files;
using KlingO3.Input.Checks;
using KlingO3.Input.Media;

namespace KlingO3.Bulk;

/// <summary>Compares a row with a job of the service, whose input has URLs where the row has local files: those are the same if their contents are.</summary>
internal sealed class JobFiles(CreateServices services, RowIntent intent, RowFiles files)
{
    private const string Placeholder = "local-file:";

    /// <summary>Whether a job has the row's input.</summary>
    /// <param name="told">The job's input.</param>
    /// <param name="id">The job.</param>
    /// <param name="trusted">Jobs that the user says are the rows': their files are not compared.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="KlingException">KlingCreateUnknown: all else is the same, and a file cannot be read.</exception>
    public async Task<bool> IsSameAsync(KlingInput told, string id, IReadOnlyList<string> trusted, CancellationToken cancellationToken)
    {
        if (files.Files.Count == 0)
        {
            return InputIdentity.JobHash(intent.Model, told) == intent.InputHash;
        }

        var local = MediaFields.Of(files.Rules, files.Original.Input).Where(field => LocalMedia.IsLocal(field.Source)).ToDictionary(field => field.Path, field => field.Source);
        var remote = MediaFields.Of(files.Rules, told).Where(field => local.ContainsKey(field.Path)).ToDictionary(field => field.Path, field => field.Source);
        if (remote.Count != local.Count || Masked(told, remote) != Masked(files.Original.Input, local))
        {
            return false;
        }

        if (trusted.Contains(id))
        {
            return true;
        }

        foreach (var (path, source) in local)
        {
            if (!await HasContentAsync(id, remote[path], files.Files[source], cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The identity of an input whose files are left out of it.</summary>
    private string Masked(KlingInput input, Dictionary<string, string> sources)
    {
        var places = sources.GroupBy(source => source.Value, source => source.Key).ToDictionary(group => group.Key, group => Placeholder + group.Min());
        return InputIdentity.JobHash(intent.Model, Map(input, text => places.GetValueOrDefault(text, text)));
    }

    private static KlingInput Map(KlingInput input, Func<string, string> map)
    {
        var mapped = new KlingInput();
        foreach (System.Collections.DictionaryEntry member in input)
        {
            mapped[member.Key] = Map(member.Value, map);
        }

        return mapped;
    }

    private static object? Map(object? value, Func<string, string> map) => value switch
    {
        string text => map(text),
        KlingElement element => Map(element.ToInput(), map),
        KlingInput members => Map(members, map),
        System.Collections.IEnumerable items => items.Cast<object?>().Select(item => Map(item, map)).ToArray(),
        _ => value,
    };

    private async Task<bool> HasContentAsync(string id, string url, FileFingerprint file, CancellationToken cancellationToken)
    {
        try
        {
            return await services.Contents.Sha256Async(url, file.Length, cancellationToken).ConfigureAwait(false) == file.Sha256;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
        {
            throw AdoptErrors.File(id, Shown.Text(url), error);
        }
    }
}
