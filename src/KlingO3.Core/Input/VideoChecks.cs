using KlingO3.Input.Checks;

namespace KlingO3.Input;

/// <summary>Reads a row's values into the input that the service wants, and finds everything wrong with it. Sends nothing.</summary>
public static class VideoChecks
{
    /// <summary>The longest name of a row or a batch, in characters.</summary>
    private const int LongestName = 1000;

    private static readonly KlingModelInput Webhook = new()
    {
        Name = "webhook_url",
        Type = KlingInputType.String,
        Format = KlingInputFormat.Url,
        Example = "https://hooks.example.com/kling",
    };

    /// <summary>Checks one row. Never throws because of what is in it: whatever is wrong is a finding.</summary>
    /// <param name="draft">The row.</param>
    /// <param name="allowLoopback">Whether http and loopback addresses are allowed: only while the service itself is on loopback.</param>
    /// <param name="files">
    /// Finds the local files that stand where a URL could: their full paths are then in the input, to be uploaded. Null: they are refused.
    /// </param>
    /// <param name="catalog">The models as the row's connection knows them. Null: the built-in catalog.</param>
    public static CheckedVideo Check(VideoDraft draft, bool allowLoopback, LocalPathResolver? files = null, ConnectionCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var slug = OuterSpace.IsBlank(draft.Model) ? VideoDraft.DefaultModel : OuterSpace.Trim(draft.Model);
        var row = new RowContext(catalog?.Rules(slug) ?? ModelCatalog.RulesOrUnknown(slug), allowLoopback, files) { Piped = draft.Piped, PipedFiles = draft.PipedFiles };
        if (row.IsLenient)
        {
            CheckModelName(row, slug);
        }

        var input = RowReader.Read(row, draft.Values);
        CheckName(row, "name", draft.Name);
        CheckName(row, "batch", draft.Batch);
        if (!OuterSpace.IsBlank(draft.WebhookUrl))
        {
            UrlReader.Read(row, Webhook, Webhook.Name, draft.WebhookUrl);
        }

        return new CheckedVideo(row.IsLenient ? slug : row.Rules.Model.Slug, input, row.Findings.All()) { Rules = row.Rules };
    }

    private static void CheckModelName(RowContext row, string slug)
    {
        if (slug.Length > 200 || slug.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.' or '/' or ':')))
        {
            row.Findings.Error(
                "model",
                InputRules.ModelName,
                $"{Shown.Value(slug)} cannot be a model: its name has letters, digits and dashes.",
                $"Example: {VideoDraft.DefaultModel}");
            return;
        }

        row.Findings.Warn(
            "model",
            InputRules.UnknownModel,
            $"{Shown.Value(slug)} is not a model that KlingO3 knows: its inputs are sent as given, and little of them can be checked.",
            ModelCatalog.Nearest(slug) is { } near ? $"Did you mean '{near}'?" : "Get-KlingModel lists those it knows.");
    }

    private static void CheckName(RowContext row, string field, string? name)
    {
        if (name is not null)
        {
            TextRules.Check(row, field, name, LongestName);
        }
    }
}
