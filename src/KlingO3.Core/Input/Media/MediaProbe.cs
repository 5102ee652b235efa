namespace KlingO3.Input.Media;

/// <summary>
/// Looks into the videos and images of a row: their heads only, at most 256 KB of a URL. It trusts no length in a file, and whatever is
/// wrong with one is a finding.
/// </summary>
public static class MediaProbe
{
    private const int AtOnce = 4;

    /// <summary>How long one URL may take, answers of its server included.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Probes every video and image of a row, its local files too, four at once.</summary>
    /// <param name="check">The row after its checks. What they refused is not in its input, and not probed.</param>
    /// <param name="http">
    /// Sends the requests. It must carry no key of the service, and should not follow redirects: the probe does, where they are safe.
    /// </param>
    /// <param name="allowLoopback">Whether http and loopback addresses are allowed: only while the service itself is on loopback.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public static Task<MediaReport> ProbeAsync(CheckedVideo check, HttpClient http, bool allowLoopback, CancellationToken cancellationToken) =>
        ProbeAsync(check, http, allowLoopback, TimeProvider.System, cancellationToken);

    /// <summary>Probes the local files of a row and nothing else: no request is sent.</summary>
    /// <param name="check">The row after its checks.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public static Task<MediaReport> ProbeFilesAsync(CheckedVideo check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(check);
        return ProbeAsync(
            LocalMedia.Of(check.Rules, check.Input),
            source => throw new MediaFault(InputRules.MediaUnavailable, $"{source} is not a local file."),
            TimeProvider.System,
            cancellationToken);
    }

    /// <summary>Probes a local video or image.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="isVideo">Whether a video is wanted, else an image.</param>
    /// <param name="field">The field that it is for, for the findings.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public static async Task<MediaReport> ProbeFileAsync(string path, bool isVideo, string field, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (media, findings) = await ProbeAsync(
            new MediaField(field, path, isVideo, KlingSeverity.Error), () => FileMediaSource.Open(path), TimeProvider.System, cancellationToken)
            .ConfigureAwait(false);
        return new MediaReport([media], findings);
    }

    /// <summary>Probes every video and image of a row, by another clock.</summary>
    internal static async Task<MediaReport> ProbeAsync(
        CheckedVideo check, HttpClient http, bool allowLoopback, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(http);
        return await ProbeAsync(MediaFields.Of(check.Rules, check.Input), source => OpenUrl(http, source, allowLoopback), time, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<MediaReport> ProbeAsync(
        IReadOnlyList<MediaField> fields, Func<string, MediaSource> openUrl, TimeProvider time, CancellationToken cancellationToken)
    {
        var results = new (KlingMedia Media, List<KlingFinding> Findings)[fields.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, fields.Count),
            options,
            async (place, token) =>
            {
                var field = fields[place];
                var open = () => LocalMedia.IsLocal(field.Source) ? FileMediaSource.Open(field.Source) : openUrl(field.Source);
                results[place] = await ProbeAsync(field, open, time, token).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return new MediaReport([.. results.Select(result => result.Media)], [.. results.SelectMany(result => result.Findings)]);
    }

    /// <summary>Probes one source.</summary>
    internal static async Task<(KlingMedia Media, List<KlingFinding> Findings)> ProbeAsync(
        MediaField field, Func<MediaSource> open, TimeProvider time, CancellationToken cancellationToken)
    {
        var media = new KlingMedia { Field = field.Path, Source = field.Source };
        var findings = new List<KlingFinding>();
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var source = open();
            await using (source.ConfigureAwait(false))
            {
                var facts = await MediaReader.ReadAsync(new ByteWindow(source), either.Token).ConfigureAwait(false);
                media = Describe(media, facts, source.Length);
                new MediaRules(field, findings).Check(media, facts);
            }
        }
        catch (MediaFault fault)
        {
            Add(findings, field, fault.Severity == KlingSeverity.Error ? field.UnknownSeverity : fault.Severity, fault.Rule, fault.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Add(findings, field, KlingSeverity.Warning, InputRules.MediaUnavailable,
                $"Its server did not send it within {Patience.InSeconds()}.");
        }

        return (media, findings);
    }

    private static void Add(List<KlingFinding> findings, MediaField field, KlingSeverity severity, string rule, string message) =>
        findings.Add(new KlingFinding { Severity = severity, Field = field.Path, Rule = rule, Message = message });

    private static KlingMedia Describe(KlingMedia media, MediaFacts facts, long? length) => media with
    {
        Format = facts.Format,
        Codec = facts.Codec,
        Duration = facts.Duration,
        Width = facts.Width,
        Height = facts.Height,
        Length = length,
        HasAudio = facts.HasAudio,
    };

    private static HttpMediaSource OpenUrl(HttpClient http, string url, bool allowLoopback) => new(http, new Uri(url), allowLoopback);
}
