using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using KlingO3.Input;

namespace KlingO3.Binding;

/// <summary>
/// Makes a row of what a command was given: the command line first, then what PowerShell bound from the pipeline object, then the object itself.
/// It reads values and judges none: that is the checks' work.
/// </summary>
/// <param name="commandLine">The parameters before the first pipeline object came. They hold for every row.</param>
internal sealed class VideoRowReader(Dictionary<string, object?> commandLine)
{
    private static readonly HashSet<string> FieldNames =
        new(RowField.Inputs.Concat(RowField.Others).SelectMany(field => field.Names), StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _moreInputs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether rows may name no local files.</summary>
    public bool NoLocalFile { get; init; }

    /// <summary>Notes the columns of a row, and finds those that are not known but nearly are, each once: what was written, and what was probably meant.</summary>
    /// <param name="row">The row.</param>
    public IEnumerable<(string Given, string Meant)> NoteColumns(RowValues row)
    {
        foreach (var column in row.Columns)
        {
            if (!_columns.Add(column) || FieldNames.Contains(column))
            {
                continue;
            }

            if (InputNames.IsKnown(column))
            {
                _moreInputs.Add(column);
            }
            else if (InputNames.Nearest(column) is { } meant)
            {
                yield return (column, meant);
            }
        }
    }

    /// <summary>Reads one row, whose columns have been noted.</summary>
    /// <param name="row">The row.</param>
    /// <param name="input">The pipeline object that it is, if there is one.</param>
    /// <param name="bound">The parameters now.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: a value cannot be read at all.</exception>
    public VideoRow Read(RowValues row, PSObject? input, Dictionary<string, object?> bound)
    {
        var (name, isNamedByFile) = NameOf(row, Text(RowField.Name));
        var piped = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var draft = new VideoDraft
        {
            Values = ReadInputs(row, Find, piped),
            Piped = piped,
            PipedFiles = NoLocalFile ? LocalFileAccess.None : row.Base is FileSystemInfo ? LocalFileAccess.All : LocalFileAccess.ThisComputer,
            Model = Text(RowField.Model) ?? VideoDraft.DefaultModel,
            Name = name,
            Batch = Text(RowField.Batch),
            WebhookUrl = Text(RowField.WebhookUrl),
        };
        return new VideoRow(draft, SecretText.Read(Find(RowField.WebhookSecret).Value, RowField.WebhookSecret.Parameter), input) { IsNamedByFile = isNamedByFile };

        // Only script blocks of the command line are run: those of a row are values like any other.
        (object? Value, bool IsPiped) Find(RowField field) =>
            commandLine.TryGetValue(field.Parameter, out var given) && !PlainValue.IsBlank(given) ? (Evaluate(given, input), input is not null && HasScript(given))
            : bound.TryGetValue(field.Parameter, out var value) && !PlainValue.IsBlank(value) ? (AsWritten(value, row.Find(field.Names)), true)
            : (row.Find(field.Names), true);

        string? Text(RowField field) => OuterSpace.Trim(InvariantText.Of(Find(field).Value) ?? "") is { Length: > 0 } text ? text : null;
    }

    private Dictionary<string, object?> ReadInputs(RowValues row, Func<RowField, (object? Value, bool IsPiped)> find, HashSet<string> piped)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        // A prediction is made anew from what was sent for it.
        if (row.Base is KlingPrediction { Input: { } sent })
        {
            foreach (DictionaryEntry member in sent)
            {
                Put((string)member.Key, PlainValue.From(member.Value), isPiped: true);
            }
        }

        foreach (var column in _moreInputs)
        {
            if (row.Find([column]) is { } value)
            {
                Put(column, PlainValue.From(value), isPiped: true);
            }
        }

        var (parameters, arePiped) = find(RowField.Parameters);
        foreach (var (name, value) in ReadParameters(PlainValue.From(parameters)))
        {
            Put(name, RowField.WebhookSecret.Names.Contains(name, StringComparer.OrdinalIgnoreCase) ? throw SecretAmongInputs(name) : value, arePiped);
        }

        foreach (var field in RowField.Inputs)
        {
            if (find(field) is ({ } value, var isPiped))
            {
                Put(field.Service, PlainValue.From(value), isPiped);
            }
        }

        // A string, an address, a file or an uploaded file is the video itself.
        if (row.Base is string or Uri or FileInfo or KlingAsset && !PlainValue.IsBlank(row.Base) && !values.ContainsKey("video_url"))
        {
            Put("video_url", PlainValue.From(row.Base), isPiped: true);
        }

        return values;

        void Put(string name, object? plain, bool isPiped)
        {
            values[name] = plain;
            _ = isPiped ? piped.Add(name) : piped.Remove(name);
        }
    }

    // PowerShell evaluates -Name { $_.BaseName } for each row by itself, but not for parameters that take any object.
    private static object? Evaluate(object? value, PSObject? input) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        ScriptBlock script => Run(script, input) is var results && results.Length == 1 ? results[0] : results,
        object?[] items when items.Any(item => item is ScriptBlock) => items.SelectMany(item => item is ScriptBlock script ? Run(script, input) : [item]).ToArray(),
        _ => value,
    };

    private static bool HasScript(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        ScriptBlock => true,
        object?[] items => items.Any(item => item is ScriptBlock),
        _ => false,
    };

    private static object?[] Run(ScriptBlock script, PSObject? input) => [.. script.InvokeWithContext([], [new PSVariable("_", input)], [])];

    // PowerShell turns anything into text for a string parameter. The checks must see the object or the list that the row really has.
    private static object? AsWritten(object? bound, object? written) =>
        bound is string text && written is not (null or string) && LanguagePrimitives.TryConvertTo<string>(written, out var turned) && turned == text ? written : bound;

    // A file's own Name has the ending in it, and binds by property name like any other.
    private static (string? Name, bool IsTheFiles) NameOf(RowValues row, string? name) => row.Base switch
    {
        FileInfo file when name is null || name == OuterSpace.Trim(file.Name) => (Path.GetFileNameWithoutExtension(file.Name), true),
        KlingAsset asset when name is null => (Path.GetFileNameWithoutExtension(asset.Path), true),
        _ => (name, false),
    };

    private static IEnumerable<KeyValuePair<string, object?>> ReadParameters(object? value) => value switch
    {
        null => [],
        IEnumerable<KeyValuePair<string, object?>> entries => entries,
        string text => ReadJson(text),
        _ => throw NotAnObject(value.GetType().Name),
    };

    private static List<KeyValuePair<string, object?>> ReadJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? KlingInput.FromJson(json.RootElement).Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create((string)entry.Key, entry.Value)).ToList()
                : throw NotAnObject(json.RootElement.ValueKind.ToString());
        }
        catch (JsonException exception)
        {
            throw NotAnObject(exception.Message);
        }
    }

    // Inputs are sent as such, stored in the ledger and emitted.
    private static KlingException SecretAmongInputs(string name) => new(
        KlingErrorId.InvalidInput, $"parameter: {name} is no input of a model.", "Give the secret with -WebhookSecret or in a column of the row: it is then neither stored nor shown.");

    private static KlingException NotAnObject(string found) => new(
        KlingErrorId.InvalidInput,
        $"parameter: not a hashtable and not a JSON object: {found}",
        "Give @{ generate_audio = $true } or '{\"generate_audio\": true}'.");
}
