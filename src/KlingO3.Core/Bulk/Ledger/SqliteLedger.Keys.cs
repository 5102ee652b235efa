using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <content>Keys: which row of a batch is which, and those that an earlier build wrote.</content>
internal sealed partial class SqliteLedger
{
    public string? KeyOf(string batch, string predictionId) => Read(sql => sql.Scalar<string>(
        "SELECT key FROM predictions WHERE account = $account AND id = $id AND batch_key = $batch AND key_version = $version",
        ("$account", _account),
        ("$id", predictionId),
        ("$batch", NameFolding.Fold(batch)),
        ("$version", CanonicalRow.Version)));

    // In the words of their indexes, so that SQLite uses these. The 2 is CanonicalRow.Version.
    internal const string OfKey = $"{OfBatch} AND key = $key AND key_version = 2";
    internal const string OfOlderKeys = $"{OfBatch} AND key_version < 2";
    internal const string OfBatch = "account = $account AND batch_key = $batch AND key IS NOT NULL AND retired = 0";

    public LedgerRow? Find(string batch, string key) => Read(sql => KeyHolder(sql, batch, key));

    public string? BatchName(string batch) => Read(sql => sql.Scalar<string>(
        $"SELECT batch FROM predictions WHERE {OfBatch} ORDER BY row LIMIT 1",
        ("$account", _account),
        ("$batch", NameFolding.Fold(batch))));

    public IReadOnlyList<OlderRow> OlderRows(string batch) => Read(sql => sql.Query(
        $"""
        SELECT {LedgerRows.Columns}, p.key AS older_key FROM predictions p
        WHERE {OfOlderKeys}
        """,
        reader => new OlderRow(reader.GetInt64(0), reader.GetString(reader.GetOrdinal("older_key")), LedgerRows.Read(reader).Prediction),
        ("$account", _account),
        ("$batch", NameFolding.Fold(batch))));

    public long? UpgradeKey(string batch, string key, IReadOnlyList<long> rows) => Quickly<long?>(sql =>
        KeyHolder(sql, batch, key) is not null ? null : rows.Where(row => GiveKey(sql, row, key)).Select(row => (long?)row).FirstOrDefault());

    private static bool GiveKey(SqliteConnection sql, long row, string key) => sql.Execute(
        "UPDATE predictions SET key = $key, key_version = $version WHERE row = $row AND retired = 0 AND key_version < $version",
        ("$key", key),
        ("$version", CanonicalRow.Version),
        ("$row", row)) > 0;

    private LedgerRow? KeyHolder(SqliteConnection sql, string batch, string key) => sql.Query(
        $"SELECT {LedgerRows.Columns} FROM predictions p WHERE {OfKey}",
        LedgerRows.Read,
        ("$account", _account),
        ("$batch", NameFolding.Fold(batch)),
        ("$key", key)).FirstOrDefault();
}
