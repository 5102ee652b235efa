using System.Globalization;
using KlingO3.Bulk;
using KlingO3.Input;
using Microsoft.Data.Sqlite;

namespace KlingO3.Benchmarks;

/// <summary>
/// Writes into a ledger what a finished run of the rows of New-Csv left there. Two commits a row, as the run itself makes them, would
/// take minutes.
/// </summary>
internal static class FinishedBatch
{
    public static int Write(string home, Uri service, string batch, int rows)
    {
        var account = new ConnectionOptions { ApiKey = "sim-bench", BaseUri = service }.AccountHash();
        SqliteLedger.Open(home, account, TimeProvider.System).Dispose();
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(home)};Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            INSERT INTO predictions
                (account, batch, batch_key, key, key_version, name, model, input, input_hash, price_class, estimate,
                 id, status, in_flight, sent_at, created_at, completed_at, outputs, predict_time, cost)
            VALUES
                ($account, $batch, $batch_key, $key, $key_version, $name, $model, $input, $hash, $price_class, '0.42',
                 $id, $status, 0, $at, $at, $at + 300000, $outputs, 300, '0.42')
            """;
        var keys = new RowKeys();
        foreach (var number in Enumerable.Range(1, rows))
        {
            var request = Request(number, batch);
            var id = Guid.NewGuid().ToString();
            insert.Parameters.Clear();
            foreach (var (name, value) in new (string, object)[]
            {
                ("$account", account), ("$batch", batch), ("$batch_key", NameFolding.Fold(batch)),
                ("$key", keys.Next(request)), ("$key_version", CanonicalRow.Version), ("$price_class", PriceClass.Of(request.Model, request.Input)),
                ("$status", LedgerStates.Success), ("$name", request.Name!), ("$model", request.Model),
                ("$input", request.Input.ToString()), ("$hash", InputIdentity.JobHash(request.Model, request.Input)), ("$id", id),
                ("$at", DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds()), ("$outputs", $"[\"https://cdn.example.com/{id}.mp4\"]"),
            })
            {
                insert.Parameters.AddWithValue(name, value);
            }

            insert.ExecuteNonQuery();
        }

        transaction.Commit();
        return 0;
    }

    /// <summary>A row as New-Csv writes it, through the checks as New-KlingVideo sends it.</summary>
    private static VideoRequest Request(int number, string batch)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        var check = VideoChecks.Check(
            new VideoDraft
            {
                Values = new Dictionary<string, object?>
                {
                    ["prompt"] = $"Take {text} of @Video1 like @Image1 ",
                    ["video_url"] = "https://media.example.com/clip.mp4",
                    ["image_urls"] = "https://media.example.com/a.png",
                    ["aspect_ratio"] = "16:9",
                    ["duration"] = "5",
                },
            },
            allowLoopback: true);
        return new VideoRequest(check.Model, check.Input) { Name = $"row{text}", Batch = batch };
    }
}
