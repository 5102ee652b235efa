using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using KlingO3.Service;
using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <content>Creates: intents, ids, lost answers, and the limits that all processes of an account share.</content>
internal sealed partial class SqliteLedger
{
    private const long MinuteMilliseconds = 60_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    /// <summary>The rows that this process sends or settles now.</summary>
    private readonly ConcurrentDictionary<long, bool> _atWork = new();

    public Reservation Reserve(RowIntent intent, Limits limits, bool retryFailed) => Durably<Reservation>(sql =>
    {
        RequireCurrent(sql);
        if (intent.Key is not null && KeyHolder(sql, intent.Batch!, intent.Key) is { } known)
        {
            if (!retryFailed || known.Prediction.Status is not (KlingStatus.Error or KlingStatus.Cancelled))
            {
                return new Reservation.Known(known);
            }
        }

        if (Obstacle(sql, limits, needsSlot: true) is { } obstacle)
        {
            return obstacle;
        }

        if (CostObstacle(sql, intent, out var estimate) is { } tooDear)
        {
            return tooDear;
        }

        if (intent.Key is not null)
        {
            sql.Execute($"UPDATE predictions SET retired = 1 WHERE {OfKey}", ("$account", _account), ("$batch", NameFolding.Fold(intent.Batch)), ("$key", intent.Key));
        }

        var row = Insert(sql, intent, CountSend(sql), estimate);
        _atWork[row] = true;
        return new Reservation.Granted(row);
    });

    public Reservation ReserveAgain(long row, Limits limits) => Durably<Reservation>(sql =>
    {
        RequireCurrent(sql);
        if (Obstacle(sql, limits, needsSlot: false) is { } obstacle)
        {
            return obstacle;
        }

        sql.Execute("UPDATE predictions SET status = $status, in_flight = 1, owner = $owner, sent_at = $now, lost_at = NULL, lost_reason = NULL, lost_ids = NULL WHERE row = $row",
            ("$status", LedgerStates.Submitting), ("$owner", _owner.Id), ("$now", CountSend(sql)), ("$row", row));
        return new Reservation.Granted(row);
    });

    public void Accept(long row, string predictionId, DateTimeOffset acceptedAt) => DurablyInPlace(sql =>
    {
        SetId(sql, row, predictionId, acceptedAt);

        // The service counted it somewhere between its send and its answer. Counted from the answer, the next one is never too early for it.
        sql.Execute(
            """
            UPDATE sends SET at = max(at, $now) WHERE rowid =
                (SELECT s.rowid FROM sends s JOIN predictions p ON s.account = p.account AND s.at = p.sent_at WHERE p.row = $row LIMIT 1)
            """,
            ("$now", Now), ("$row", row));
        return sql.Execute("UPDATE accounts SET refusals = 0 WHERE account = $account AND refusals > 0", ("$account", _account));
    });

    public void Withdraw(long row) => Durably(sql => sql.Execute(
        "DELETE FROM predictions WHERE row = $row AND (id IS NULL OR typeof(id) <> 'text' OR trim(id) = '')", ("$row", row)));

    public void MarkLost(long row, LostReason reason, IReadOnlyList<string> ids) => Durably(sql => sql.Execute(
        """
        UPDATE predictions SET status = $status, lost_at = $now, lost_reason = $reason, lost_ids = $ids, lost_count = lost_count + $counts
        WHERE row = $row AND id IS NULL
        """,
        ("$status", LedgerStates.Unknown),
        ("$now", Now),
        ("$reason", LedgerRows.Write(reason)),
        ("$ids", ids.Count == 0 ? null : JsonSerializer.Serialize([.. ids], LedgerJson.Default.StringArray)),
        ("$counts", reason == LostReason.NoAnswer ? 1 : 0),
        ("$row", row)));

    public void Release(long row) => Quickly(sql => sql.Execute(
        "UPDATE predictions SET status = $status, owner = NULL, in_flight = 0 WHERE row = $row AND id IS NULL",
        ("$status", LedgerStates.Unknown),
        ("$row", row)));

    public void LetGo(long row) => _atWork.TryRemove(row, out _);

    public IReadOnlyList<LedgerRow> TakeOver(long? row, bool unresolved)
    {
        var taken = new List<long>();
        try
        {
            return Quickly(sql => TakeOver(sql, row, unresolved, taken));
        }
        catch
        {
            taken.ForEach(LetGo);
            throw;
        }
    }

    public bool Adopt(long row, string predictionId, DateTimeOffset createdAt) => Durably(sql =>
    {
        if (IsOwned(sql, predictionId) || EqualRowIsBeingSent(sql, row))
        {
            return false;
        }

        SetId(sql, row, predictionId, createdAt);
        return true;
    });

    public Reservation? AdoptNew(RowIntent intent, string predictionId, DateTimeOffset createdAt) => Durably<Reservation?>(sql =>
    {
        RequireCurrent(sql);
        if (intent.Key is not null && KeyHolder(sql, intent.Batch!, intent.Key) is { } known)
        {
            return new Reservation.Known(known);
        }

        if (IsOwned(sql, predictionId))
        {
            return null;
        }

        var row = Insert(sql, intent, createdAt.ToUnixTimeMilliseconds());
        SetId(sql, row, predictionId, createdAt);
        return new Reservation.Granted(row);
    });

    public bool HasRows() => Read(sql => sql.Scalar<long>(
        "SELECT EXISTS (SELECT 1 FROM predictions WHERE account = $account AND input_hash IS NOT NULL)", ("$account", _account))) > 0;

    public IReadOnlyList<(string Id, DateTimeOffset AcceptedAt)> AcceptedSince(DateTimeOffset time, int max) => Read(sql => sql.Query(
        """
        SELECT id, created_at FROM predictions
        WHERE account = $account AND id IS NOT NULL AND input_hash IS NOT NULL AND lost_at IS NULL AND sent_at > $time AND created_at > $time
        ORDER BY row DESC LIMIT $max
        """,
        reader => (reader.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1))),
        ("$account", _account),
        ("$time", time.ToUnixTimeMilliseconds()),
        ("$max", max)));

    public bool HasUnresolved(string inputHash, long exceptRow) => Read(sql => sql.Scalar<long>(
        "SELECT count(*) FROM predictions WHERE account = $account AND input_hash = $hash AND id IS NULL AND row <> $row",
        ("$account", _account),
        ("$hash", inputHash),
        ("$row", exceptRow))) > 0;

    public TimeSpan Pause(TimeSpan? asked, TimeSpan longest, string reason) => Quickly(sql =>
    {
        var refusals = sql.Scalar<long>("SELECT refusals FROM accounts WHERE account = $account", ("$account", _account));
        var growing = FirstPause * Math.Pow(2, Math.Min(refusals, 10));
        var pause = RetryAfterHeader.Cap(asked ?? (growing < longest ? growing : longest));
        sql.Execute(
            """
            INSERT INTO accounts (account, paused_until, pause_reason, refusals) VALUES ($account, $until, $reason, 1)
            ON CONFLICT (account) DO UPDATE SET
                paused_until = max(paused_until, excluded.paused_until), pause_reason = excluded.pause_reason, refusals = refusals + 1
            """,
            ("$account", _account), ("$until", Now + (long)pause.TotalMilliseconds), ("$reason", reason));
        return pause;
    });

    private List<LedgerRow> TakeOver(SqliteConnection sql, long? row, bool unresolved, List<long> taken)
    {
        var rows = sql.Query(
            $"""
            SELECT {LedgerRows.Columns} FROM predictions p
            WHERE p.account = $account AND p.id IS NULL AND ($row IS NULL OR p.row = $row) AND (p.owner IS NOT NULL OR $unresolved)
            """,
            LedgerRows.Read,
            ("$account", _account),
            ("$row", row),
            ("$unresolved", unresolved ? 1 : 0));
        rows.RemoveAll(found => found.Owner is not null && (found.Owner == _owner.Id ? _atWork.ContainsKey(found.Row) : _owner.IsAlive(found.Owner)));
        foreach (var damaged in rows.Where(found => found.Damage is not null))
        {
            // It cannot be settled, and holds no slot. Its key still stands in the way of another create.
            sql.Execute("UPDATE predictions SET owner = NULL, status = $status, in_flight = 0 WHERE row = $row",
                ("$status", LedgerStates.Unknown), ("$row", damaged.Row));
        }

        rows.RemoveAll(found => found.Damage is not null);
        foreach (var found in rows)
        {
            _atWork[found.Row] = true;
            taken.Add(found.Row);
            sql.Execute("UPDATE predictions SET owner = $me, status = $status, in_flight = 1 WHERE row = $row",
                ("$me", _owner.Id), ("$status", LedgerStates.Unknown), ("$row", found.Row));
        }

        return rows.ConvertAll(found => found with { Owner = _owner.Id, IsLost = true, Prediction = found.Prediction with { Status = KlingStatus.Unknown } });
    }

    private void SetId(SqliteConnection sql, long row, string predictionId, DateTimeOffset createdAt)
    {
        // Where its id could not be written down at first, it may have been watched meanwhile like one of somebody else.
        sql.Execute("DELETE FROM predictions WHERE account = $account AND id = $id AND row <> $row AND input_hash IS NULL",
            ("$account", _account), ("$id", predictionId), ("$row", row));
        sql.Execute("UPDATE predictions SET id = $id, status = $status, in_flight = 1, owner = NULL, created_at = $created WHERE row = $row",
            ("$id", predictionId), ("$status", LedgerStates.Created), ("$created", createdAt.ToUnixTimeMilliseconds()), ("$row", row));
    }

    /// <summary>Every row that was sent has the hash of its input; one that was only watched has none.</summary>
    private bool IsOwned(SqliteConnection sql, string predictionId) => sql.Scalar<long>(
        "SELECT count(*) FROM predictions WHERE account = $account AND id = $id AND input_hash IS NOT NULL", ("$account", _account), ("$id", predictionId)) > 0;

    /// <summary>What stands in the way of a create now: a pause, the rate, or the slots.</summary>
    private Reservation? Obstacle(SqliteConnection sql, Limits limits, bool needsSlot)
    {
        var now = Now;
        var pause = sql.Query(
            "SELECT paused_until, pause_reason FROM accounts WHERE account = $account AND paused_until > $now",
            reader => (Until: reader.GetInt64(0), Reason: reader.Text(1)),
            ("$account", _account),
            ("$now", now)).FirstOrDefault();
        if (pause.Until > now)
        {
            return new Reservation.Wait(TimeSpan.FromMilliseconds(CorrectPause(sql, pause.Until, now) - now), pause.Reason ?? "too many requests");
        }

        if (needsSlot && sql.Scalar<long>("SELECT count(*) FROM predictions WHERE account = $account AND in_flight = 1", ("$account", _account)) >= limits.MaxConcurrent)
        {
            return new Reservation.Full();
        }

        // The send that must leave the window before one more may enter it.
        var oldest = sql.Scalar<long>(
            "SELECT at FROM sends WHERE account = $account AND at > $since AND at <= $now ORDER BY at DESC LIMIT 1 OFFSET $allowed",
            ("$account", _account), ("$since", now - MinuteMilliseconds), ("$now", now), ("$allowed", limits.CreatesPerMinute - 1));
        return oldest > 0 ? new Reservation.Wait(TimeSpan.FromMilliseconds(oldest + MinuteMilliseconds - now + 1), null) : null;
    }

    /// <summary>A pause that lies further ahead than any may be is one of an earlier version, or of a clock that was set back since: it is shortened.</summary>
    private long CorrectPause(SqliteConnection sql, long until, long now)
    {
        var latest = now + (long)RetryAfterHeader.MaxPause.TotalMilliseconds;
        if (until <= latest)
        {
            return until;
        }

        sql.Execute("UPDATE accounts SET paused_until = $latest WHERE account = $account", ("$latest", latest), ("$account", _account));
        return latest;
    }

    /// <summary>Gives the time at which the send is counted, by which <see cref="Accept"/> finds it again.</summary>
    private long CountSend(SqliteConnection sql)
    {
        var now = Now;
        sql.Execute("DELETE FROM sends WHERE account = $account AND at < $old", ("$account", _account), ("$old", now - (2 * MinuteMilliseconds)));
        sql.Execute("INSERT INTO sends (account, at) VALUES ($account, $now)", ("$account", _account), ("$now", now));
        return now;
    }

    private long Insert(SqliteConnection sql, RowIntent intent, long now, decimal? estimate = null) => sql.Scalar<long>(
        """
        INSERT INTO predictions (account, batch, batch_key, key, key_version, name, model, input, input_hash, status, in_flight, owner, sent_at, service_ahead, lost_count, price_class, estimate, cost_run)
        VALUES ($account, $batch, $batch_key, $key, $version, $name, $model, $input, $hash, $status, 1, $owner, $now, $ahead, $lost_count, $price_class, $estimate, $cost_run)
        RETURNING row
        """,
        ("$account", _account),
        ("$batch", intent.Batch),
        ("$batch_key", intent.Batch is null ? null : NameFolding.Fold(intent.Batch)),
        ("$key", intent.Key),
        ("$version", CanonicalRow.Version),
        ("$name", intent.Name),
        ("$model", intent.Model),
        ("$input", intent.Input.ToString()),
        ("$hash", intent.InputHash),
        ("$status", LedgerStates.Submitting),
        ("$owner", _owner.Id),
        ("$now", now),
        ("$ahead", (long?)intent.ServiceAhead?.TotalMilliseconds),
        ("$lost_count", intent.LostCount),
        ("$price_class", intent.PriceClass),
        ("$estimate", estimate?.ToString(CultureInfo.InvariantCulture)),
        ("$cost_run", intent.Batch is null ? intent.Cap?.Run : null));

    private bool EqualRowIsBeingSent(SqliteConnection sql, long row) => sql.Scalar<long>(
        """
        SELECT count(*) FROM predictions
        WHERE account = $account AND status = $status AND row <> $row
            AND input_hash = (SELECT input_hash FROM predictions WHERE row = $row)
        """,
        ("$account", _account),
        ("$status", LedgerStates.Submitting),
        ("$row", row)) > 0;
}
