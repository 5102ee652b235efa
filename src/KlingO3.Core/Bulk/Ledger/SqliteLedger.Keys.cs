using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <content>Keys: which row of a batch is which, and those that an earlier build wrote.</content>
internal sealed partial class SqliteLedger
{
    /// <summary>A key of today that stands for one of version 1: <c>1:</c>, that key, and the row that had it first.</summary>
    private const string KeptPrefix = "1";

    // In the words of their indexes, so that SQLite uses these. The 2 is CanonicalRow.Version.
    internal const string OfKey = $"{OfBatch} AND key = $key AND key_version = 2";
    internal const string OfOlderKeys = $"{OfBatch} AND key_version < 2";
    internal const string OfKeptKeys = $"{OfBatch} AND key > '{KeptPrefix}:' AND key < '{KeptPrefix};' AND key_version = 2";
    internal const string OfBatch = "account = $account AND batch_key = $batch AND key IS NOT NULL AND retired = 0";

    public LedgerRow? Find(string batch, string key) => Read(sql => KeyHolder(sql, batch, key));

    public string? BatchName(string batch) => Read(sql => sql.Scalar<string>(
        $"SELECT batch FROM predictions WHERE {OfBatch} ORDER BY row LIMIT 1",
        ("$account", _account),
        ("$batch", NameFolding.Fold(batch))));

    public IReadOnlyList<OlderRow> OlderRows(string batch) => Read<IReadOnlyList<OlderRow>>(sql =>
    {
        List<OlderRow> Of(string where) => sql.Query(
            $"SELECT {LedgerRows.Columns}, p.key AS kept_key, p.key_version AS kept_version FROM predictions p WHERE {where}",
            ReadOlder,
            ("$account", _account),
            ("$batch", NameFolding.Fold(batch)));
        return [.. Of(OfOlderKeys), .. Of(OfKeptKeys)];
    });

    public bool UpgradeKey(string batch, string key, long row) => Quickly(sql => KeyHolder(sql, batch, key) is null && ReplaceKey(sql, row, key));

    public string? KeepKey(long row) => Quickly(sql => KeepKey(sql, row)) is { } key && key.StartsWith($"{KeptPrefix}:", StringComparison.Ordinal) ? key : null;

    public string? KeyOf(string batch, string predictionId)
    {
        const string where = "account = $account AND id = $id AND batch_key = $batch AND key IS NOT NULL";
        (string, object?)[] values = [("$account", _account), ("$id", predictionId), ("$batch", NameFolding.Fold(batch))];
        return Read(sql => sql.Scalar<string>($"SELECT key FROM predictions WHERE {where} AND key_version = {CanonicalRow.Version}", values))
            ?? Quickly(sql => sql.Scalar<long?>($"SELECT row FROM predictions WHERE {where}", values) is { } row ? KeepKey(sql, row) : null);
    }

    private static OlderRow ReadOlder(SqliteDataReader reader)
    {
        var key = reader.GetString(reader.GetOrdinal("kept_key"));
        var isKept = reader.GetInt64(reader.GetOrdinal("kept_version")) == CanonicalRow.Version;
        return new OlderRow(reader.GetInt64(0), isKept ? key.Split(':')[1] : key, LedgerRows.Read(reader).Prediction) { KeptKey = isKept ? key : null };
    }

    private static string? KeepKey(SqliteConnection sql, long row)
    {
        var older = sql.Scalar<string>("SELECT key FROM predictions WHERE row = $row AND key_version < 2", ("$row", row));
        var kept = $"{KeptPrefix}:{older}:{row}";
        return older is not null && ReplaceKey(sql, row, kept)
            ? kept
            : sql.Scalar<string>($"SELECT key FROM predictions WHERE row = $row AND key_version = {CanonicalRow.Version}", ("$row", row));
    }

    /// <summary>
    /// Replaces the older key of a row, and of the failed ones that it was created anew of, or that was created anew of it. Another row may have the
    /// same one, where an account was two before: it keeps it.
    /// </summary>
    private static bool ReplaceKey(SqliteConnection sql, long row, string key)
    {
        const string same = "account = $account AND batch_key = $batch_key AND batch = $batch AND key = $older AND key_version < 2";
        var older = sql.Query(
            "SELECT account, batch_key, batch, key, retired FROM predictions WHERE row = $row AND key_version < 2",
            reader => (Account: reader.Text(0), BatchKey: reader.Text(1), Batch: reader.Text(2), Key: reader.Text(3), IsRetired: reader.GetBoolean(4)),
            ("$row", row)).FirstOrDefault();
        (string, object?)[] values = [("$account", older.Account), ("$batch_key", older.BatchKey), ("$batch", older.Batch), ("$older", older.Key)];
        var holder = older.IsRetired ? sql.Scalar<long?>($"SELECT row FROM predictions WHERE {same} AND retired = 0 AND key IS NOT NULL LIMIT 1", values) : row;
        return older.Key is not null && sql.Execute(
            $"UPDATE predictions SET key = $key, key_version = $version WHERE {same} AND (row = $holder OR retired = 1)",
            [.. values, ("$key", key), ("$version", CanonicalRow.Version), ("$holder", holder)]) > 0;
    }

    private LedgerRow? KeyHolder(SqliteConnection sql, string batch, string key) => sql.Query(
        $"SELECT {LedgerRows.Columns} FROM predictions p WHERE {OfKey}",
        LedgerRows.Read,
        ("$account", _account),
        ("$batch", NameFolding.Fold(batch)),
        ("$key", key)).FirstOrDefault();
}
