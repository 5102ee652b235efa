using KlingO3.Input.Catalog;
using KlingO3.Input.Media;

namespace KlingO3.Input;

/// <summary>A row after the checks.</summary>
/// <param name="Model">The slug of the model.</param>
/// <param name="Input">The input as it would be sent: real JSON arrays and Booleans, the duration as a string, nothing that was not given.</param>
/// <param name="Findings">All findings, errors first.</param>
public sealed record CheckedVideo(string Model, KlingInput Input, IReadOnlyList<KlingFinding> Findings)
{
    /// <summary>What the row was checked by.</summary>
    internal ModelRules Rules { get; init; } = ModelCatalog.RulesOrUnknown(Model);

    /// <summary>Whether the row may be sent.</summary>
    public bool IsValid => !Findings.Any(finding => finding.Severity == KlingSeverity.Error);

    /// <summary>The local files of the row, which are uploaded before it is sent: their full paths, each once.</summary>
    public IReadOnlyList<string> Files => [.. LocalMedia.Of(Rules, Input).Select(field => field.Source).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether the row names local files.</summary>
    public bool HasFiles => Files.Count > 0;

    /// <summary>The same row with what the probe found in its media.</summary>
    /// <param name="report">What the probe found.</param>
    public CheckedVideo With(MediaReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Findings.Count == 0
            ? this
            : this with { Findings = [.. Findings.Concat(report.Findings).OrderByDescending(finding => finding.Severity)] };
    }

    /// <summary>
    /// One KlingInvalidInput with every error finding in its message (KlingUploadFailed where local files are too large and nothing else is
    /// wrong); null when the row is valid.
    /// </summary>
    public KlingException? ToException()
    {
        var errors = Findings.Where(finding => finding.Severity == KlingSeverity.Error).ToList();
        if (errors.Count == 0)
        {
            return null;
        }

        const string remedy = "Nothing was sent and nothing paid.";
        var errorId = errors.TrueForAll(error => error.Rule == InputRules.UploadSize) ? KlingErrorId.UploadFailed : KlingErrorId.InvalidInput;
        if (errors is [var only])
        {
            return new KlingException(
                errorId,
                $"{only.Field}: {only.Message}",
                only.Suggestion is null ? $"Correct {only.Field}. {remedy}" : $"{only.Suggestion} {remedy}");
        }

        return new KlingException(
            errorId,
            $"{errors.Count} inputs are wrong:",
            [.. errors.Select(error => error.ToString())],
            $"Correct {string.Join(", ", errors.Select(error => error.Field).Distinct().Take(5))}. {remedy}");
    }
}
