using KlingO3.Input;
using KlingO3.Input.Media;

namespace KlingO3.Bulk;

/// <summary>A row of the ledger whose key is of an older version.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Key">Its key.</param>
/// <param name="Prediction">What is known of it: the names as they were typed, the input as it was sent.</param>
internal sealed record OlderRow(long Row, string Key, KlingPrediction Prediction)
{
    /// <summary>The key of today's version that stands for its older one; null where it has none yet.</summary>
    public string? KeptKey { get; init; }
}

/// <summary>A row of the ledger that is a row of today.</summary>
/// <param name="Row">The row of the ledger.</param>
/// <param name="IsProved">
/// Whether its older key was made of what the row of today's key is made of. Else only what was sent is the same: where that is the URL of a local file,
/// the row must still be found by the file.
/// </param>
internal sealed record OlderMatch(OlderRow Row, bool IsProved);

/// <summary>
/// The rows of one batch whose keys are of version 1, and which of them are a row of today. No new ones are ever added: the ledger refuses the
/// older keys of processes that still run an earlier build.
/// <para>
/// The ledger has the input as it was sent. For rows without local files that is what their keys were made of, so their canonical forms can be
/// compared. In the place of a local file a URL was sent, while the key has the hash of its content: there the old key is made anew, with the
/// content of the file that the row of today names, and must be the same.
/// </para>
/// <para>
/// A prediction that is piped in again has only that URL. Its row is given a key that stands for the older one and has it in it, so that the file
/// still finds it.
/// </para>
/// </summary>
internal sealed class OlderRows
{
    /// <summary>
    /// Places of equal rows have gaps: rows that were refused, and rows of other batches in the same run. So many places in a row without any
    /// end the search.
    /// </summary>
    private const int LargestGap = 1000;

    private readonly Dictionary<long, OlderRow> _rows;
    private readonly Dictionary<string, List<OlderRow>> _byKey = new(StringComparer.Ordinal);

    /// <summary>For each set of places where local files stand: the rows whose other inputs are the same.</summary>
    private readonly Dictionary<string, Dictionary<(string Others, string Name), List<Candidate>>> _indexes = new(StringComparer.Ordinal);

    public OlderRows(IReadOnlyCollection<OlderRow> rows)
    {
        Damaged = rows.FirstOrDefault(IsDamaged);
        _rows = rows.Where(row => !IsDamaged(row)).ToDictionary(row => row.Row);
        foreach (var row in _rows.Values)
        {
            Add(_byKey, row.Key, row);
        }
    }

    /// <summary>One that cannot be compared, and so may be any row of the batch; null where there is none.</summary>
    public OlderRow? Damaged { get; }

    /// <summary>How many there are that can be compared.</summary>
    public int Count => _rows.Count;

    /// <summary>Forgets a row that has a key of today's version now.</summary>
    public void Remove(long row) => _rows.Remove(row);

    /// <summary>The rows that are the given one, the best first.</summary>
    /// <param name="row">A row of today, with "sha256:…" in the place of its local files.</param>
    public IReadOnlyList<OlderMatch> Find(VideoRequest row)
    {
        var files = FilesOf(row);
        if (!IndexOf(files.Keys).TryGetValue((Rest(row.Model, row.Input, files.Keys), CanonicalRow.NameOf(row)), out var candidates))
        {
            return [];
        }

        var found = new Dictionary<long, OlderMatch>();
        foreach (var candidate in candidates)
        {
            foreach (var same in OfKeys(row.Model, FormOf(candidate, files), candidate.Name))
            {
                found[same.Row] = new OlderMatch(same, IsProved: true);
            }

            foreach (var same in files.Count == 0 && candidate.IsNamed ? candidate.Rows : [])
            {
                found.TryAdd(same.Row, new OlderMatch(same, IsProved: false));
            }
        }

        return [.. found.Values.Where(same => _rows.ContainsKey(same.Row.Row)).OrderBy(same => !IsTyped(same.Row.Prediction.Name, row.Name))
            .ThenBy(same => Rank(same.Row.Prediction.Status)).ThenBy(same => same.Row.Prediction.Batch != row.Batch).ThenBy(same => same.Row.Row)];
    }

    private static bool IsDamaged(OlderRow row) => row.Prediction is not { Model: not null, Input: not null };

    /// <summary>Whether a name is typed as it was: rows that differed in case alone each find their own.</summary>
    private static bool IsTyped(string? older, string? name) => OuterSpace.Trim(older ?? "") == OuterSpace.Trim(name ?? "");

    /// <summary>Where a batch paid for a row several times, a video counts before a failure.</summary>
    private static int Rank(KlingStatus status) => status switch
    {
        KlingStatus.Success => 0,
        KlingStatus.Error or KlingStatus.Cancelled => 2,
        _ => 1,
    };

    private static string FormOf(Candidate candidate, SortedDictionary<string, string> files) =>
        files.Count == 0 ? candidate.Form : RowKeyVersion1.Form((KlingInput)Replace(candidate.Rows[0].Prediction.Input, "", files)!);

    /// <summary>The rows whose key was made of this, whatever their place was.</summary>
    private IEnumerable<OlderRow> OfKeys(string model, string form, string name)
    {
        for (int place = 0, end = LargestGap; place < end; place++)
        {
            if (_byKey.TryGetValue(RowKeyVersion1.Of(model, form, name, place), out var rows))
            {
                end = place + 1 + LargestGap;
                foreach (var row in rows)
                {
                    yield return row;
                }
            }
        }
    }

    private Dictionary<(string Others, string Name), List<Candidate>> IndexOf(IReadOnlyCollection<string> files)
    {
        var place = string.Join(' ', files);
        if (!_indexes.TryGetValue(place, out var index))
        {
            _indexes[place] = index = [];
            foreach (var row in _rows.Values)
            {
                var rest = Rest(row.Prediction.Model!, row.Prediction.Input!, files);
                var form = RowKeyVersion1.Form(Masked(row.Prediction.Input!, files));
                var name = row.Prediction.Name ?? "";
                var folded = NameFolding.Fold(name);
                AddCandidate(index, (rest, folded), form, name, isNamed: true, row);
                if (folded.Length > 0)
                {
                    // It may have been only the name of its file.
                    AddCandidate(index, (rest, ""), form, "", isNamed: false, row);
                }
            }
        }

        return index;
    }

    /// <summary>What rows have in common that differ in their local files, their names and their places at the most.</summary>
    private static string Rest(string model, KlingInput input, IReadOnlyCollection<string> files) => $"{model} {CanonicalRow.Form(Masked(input, files))}";

    private static KlingInput Masked(KlingInput input, IReadOnlyCollection<string> files) =>
        files.Count == 0 ? input : (KlingInput)Replace(input, "", files.ToDictionary(path => path, _ => "*"))!;

    /// <summary>The places where a row has local files, with what its key has there.</summary>
    private static SortedDictionary<string, string> FilesOf(VideoRequest row)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in MediaFields.Of(ModelCatalog.RulesOrUnknown(row.Model), row.Input).Where(field => RowFiles.IsContent(field.Source)))
        {
            files[field.Path] = field.Source;
        }

        return files;
    }

    /// <summary>A copy of an input with other texts at some places.</summary>
    private static object? Replace(object? value, string path, IReadOnlyDictionary<string, string> others)
    {
        switch (value)
        {
            case string when others.TryGetValue(path, out var other):
                return other;
            case KlingInput members:
                var copy = new KlingInput();
                foreach (System.Collections.DictionaryEntry member in members)
                {
                    copy[member.Key] = Replace(member.Value, path.Length == 0 ? (string)member.Key : $"{path}.{(string)member.Key}", others);
                }

                return copy;
            case Array items:
                return items.Cast<object?>().Select((item, place) => Replace(item, $"{path}[{place}]", others)).ToArray();
            default:
                return value;
        }
    }

    private static void Add<TKey, TItem>(Dictionary<TKey, List<TItem>> lists, TKey key, TItem item)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(item);
    }

    private static void AddCandidate(
        Dictionary<(string Others, string Name), List<Candidate>> index, (string Others, string Name) place, string form, string name, bool isNamed, OlderRow row)
    {
        var known = index.GetValueOrDefault(place)?.Find(candidate => candidate.Form == form && candidate.Name == name && candidate.IsNamed == isNamed);
        if (known is null)
        {
            Add(index, place, known = new Candidate(form, name, isNamed));
        }

        known.Rows.Add(row);
    }

    /// <param name="Form">The input of its rows as their keys have it, but for local files.</param>
    /// <param name="Name">A name that their keys may have.</param>
    /// <param name="IsNamed">Whether that is their name.</param>
    private sealed record Candidate(string Form, string Name, bool IsNamed)
    {
        public List<OlderRow> Rows { get; } = [];
    }
}
