using System.Globalization;
using System.Text;

namespace KlingO3.Bulk;

/// <content>Rows: what is known of each prediction, and the files saved of it.</content>
internal sealed partial class SqliteLedger
{
    private const int ListPage = 500;
    private const int DurationRows = 2000;

    public LedgerRow? Find(string predictionId) => Read(sql => sql.Query(
        $"SELECT {LedgerRows.Columns} FROM predictions p WHERE p.account = $account AND p.id = $id",
        LedgerRows.Read,
        ("$account", _account),
        ("$id", predictionId)).FirstOrDefault());

    public LedgerRow Get(long row) => Read(sql => sql.Query(
        $"SELECT {LedgerRows.Columns} FROM predictions p WHERE p.row = $row",
        LedgerRows.Read,
        ("$row", row)).Single());

    public IEnumerable<LedgerRow> List(PredictionQuery query)
    {
        var where = new StringBuilder("p.account = $account AND p.retired = 0 AND p.row < $before");
        if (query.Batch is not null)
        {
            where.Append(" AND (p.batch_key = $batch OR coalesce(p.batch_key, fold(p.batch)) GLOB $batch)");
        }

        if (query.Name is not null)
        {
            where.Append(" AND (fold(p.name) = $name OR fold(p.name) GLOB $name)");
        }

        if (query.Status is { Count: > 0 } states)
        {
            where.Append(CultureInfo.InvariantCulture, $" AND p.status IN ({string.Join(',', states.Select(state => $"'{LedgerStates.Word(state)}'"))})");
        }

        var before = long.MaxValue;
        var left = query.Newest ?? int.MaxValue;
        while (left > 0)
        {
            var page = Read(sql => sql.Folding().Query(
                $"SELECT {LedgerRows.Columns} FROM predictions p WHERE {where} ORDER BY p.row DESC LIMIT $limit",
                LedgerRows.Read,
                ("$account", _account),
                ("$before", before),
                ("$batch", query.Batch is null ? null : NameFolding.Fold(query.Batch)),
                ("$name", query.Name is null ? null : NameFolding.Fold(query.Name)),
                ("$limit", Math.Min(left, ListPage))));
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < ListPage)
            {
                yield break;
            }

            (left, before) = (left - page.Count, page[^1].Row);
        }
    }

    public IReadOnlyList<KlingPrediction> InFlight() => Read(sql => sql.Query(
        "SELECT id, name, batch, model, created_at FROM predictions WHERE account = $account AND in_flight = 1 AND id IS NOT NULL",
        reader => new KlingPrediction { Id = reader.GetString(0), Name = reader.Text(1), Batch = reader.Text(2), Model = reader.Text(3), CreatedAt = reader.Time(4) },
        ("$account", _account)));

    // What the service tells leaves out the queue; what was seen goes on for hours where nobody looked. The shorter one is surely no longer than
    // the job. The rows that are looked through are bounded: they are in no index.
    public IReadOnlyList<double> Durations(string model, int most) => Read(sql => sql.Query(
        $"""
        SELECT min(predict_time, (completed_at - created_at) / 1000.0)
        FROM (SELECT * FROM predictions ORDER BY row DESC LIMIT {DurationRows})
        WHERE account = $account AND model = $model AND status IN ('{LedgerStates.Success}', '{LedgerStates.Error}')
            AND typeof(predict_time) = 'real' AND typeof(completed_at) = 'integer' AND typeof(created_at) = 'integer' AND completed_at >= created_at
        ORDER BY row DESC LIMIT $most
        """,
        reader => reader.GetDouble(0),
        ("$account", _account),
        ("$model", model),
        ("$most", most)));

    public IReadOnlySet<string> Owned(IReadOnlyCollection<string> predictionIds) => Read(sql => predictionIds
        .Where(id => IsOwned(sql, id))
        .ToHashSet());

    public void Save(KlingPrediction prediction)
    {
        (string, object?)[] values =
        [
            ("$account", _account),
            ("$id", prediction.Id),
            ("$name", prediction.Name),
            ("$batch", prediction.Batch),
            ("$batch_key", prediction.Batch is null ? null : NameFolding.Fold(prediction.Batch)),
            ("$model", prediction.Model),
            ("$input", prediction.Input?.ToString()),
            ("$status", LedgerStates.Word(prediction.Status)),
            ("$in_flight", prediction.IsFinal() ? 0 : 1),
            ("$outputs", LedgerRows.WriteOutputs(prediction.Outputs)),
            ("$error_code", prediction.Error?.Code),
            ("$error_message", prediction.Error?.Message),
            ("$retryable", prediction.Error?.Retryable is { } retryable ? retryable ? 1 : 0 : null),
            ("$classification", prediction.Error?.Classification),
            ("$logs", prediction.Logs),
            ("$predict_time", prediction.PredictTime),
            ("$cost", prediction.Cost?.ToString(CultureInfo.InvariantCulture)),
            ("$created_at", prediction.CreatedAt?.ToUnixTimeMilliseconds()),
            ("$completed_at", prediction.CompletedAt?.ToUnixTimeMilliseconds()),
        ];
        Quickly(sql => sql.Execute(
            $"""
            INSERT INTO predictions
                (account, id, name, batch, batch_key, model, input, status, in_flight, outputs, error_code, error_message, retryable,
                 classification, logs, predict_time, cost, created_at, completed_at)
            VALUES
                ($account, $id, $name, $batch, $batch_key, $model, $input, $status, $in_flight, $outputs, $error_code, $error_message, $retryable,
                 $classification, $logs, $predict_time, $cost, $created_at, $completed_at)
            ON CONFLICT (account, id) WHERE id IS NOT NULL DO UPDATE SET
                name = coalesce(name, excluded.name), batch = coalesce(batch, excluded.batch),
                batch_key = CASE WHEN batch IS NULL THEN excluded.batch_key ELSE batch_key END, model = coalesce(model, excluded.model),
                input = coalesce(input, excluded.input), status = excluded.status, in_flight = excluded.in_flight,
                outputs = coalesce(excluded.outputs, outputs), error_code = excluded.error_code, error_message = excluded.error_message,
                retryable = excluded.retryable, classification = excluded.classification, logs = coalesce(excluded.logs, logs),
                predict_time = coalesce(excluded.predict_time, predict_time), cost = coalesce(excluded.cost, cost),
                created_at = coalesce(created_at, excluded.created_at), completed_at = coalesce(completed_at, excluded.completed_at)
            -- Two processes look at the same job, and the slower one must not bring back an older state.
            WHERE predictions.status NOT IN ('{LedgerStates.Success}', '{LedgerStates.Error}', '{LedgerStates.Cancelled}') OR excluded.in_flight = 0
            """,
            values));
    }

    public void Lose(string predictionId) => Quickly(sql => sql.Execute(
        "UPDATE predictions SET status = $status, in_flight = 0 WHERE account = $account AND id = $id AND in_flight = 1",
        ("$status", LedgerStates.Unknown),
        ("$account", _account),
        ("$id", predictionId)));

    public IReadOnlyList<SavedFile> Files(string predictionId) => Read(sql => sql.Query(
        "SELECT path, length, output FROM files WHERE account = $account AND id = $id ORDER BY output, saved_at DESC",
        reader => new SavedFile(reader.GetString(0), reader.GetInt64(1), reader.GetInt32(2)),
        ("$account", _account),
        ("$id", predictionId)));

    public void AddFile(string predictionId, SavedFile file) => Quickly(sql => sql.Execute(
        """
        -- A path holds one video: the one that it replaced is not there any more.
        DELETE FROM files WHERE path = $path;
        INSERT INTO files (account, id, output, path, length, saved_at) VALUES ($account, $id, $output, $path, $length, $now);
        """,
        ("$account", _account),
        ("$id", predictionId),
        ("$output", file.Index),
        ("$path", file.Path),
        ("$length", file.Length),
        ("$now", Now)));

    public decimal? Cost(string model)
    {
        var costs = Read(sql => sql.Query(
            $"SELECT cost FROM predictions WHERE account = $account AND model = $model AND status = '{LedgerStates.Success}' AND cost IS NOT NULL ORDER BY row DESC LIMIT 20",
            reader => new StoredValues(reader).Money(0),
            ("$account", _account),
            ("$model", model)));
        return costs.Average();
    }

    public bool Heard(string predictionId) => Read(sql => sql.Scalar<long>(
        "SELECT count(*) FROM webhooks WHERE account = $account AND id = $id",
        ("$account", _account),
        ("$id", predictionId))) > 0;

    public bool Hear(string predictionId) => Quickly(sql => sql.Execute(
        "INSERT OR IGNORE INTO webhooks (account, id, heard_at) VALUES ($account, $id, $now)",
        ("$account", _account),
        ("$id", predictionId),
        ("$now", Now))) > 0;
}
