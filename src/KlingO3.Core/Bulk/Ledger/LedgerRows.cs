using System.Text.Json;
using KlingO3.Service;
using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <summary>How a row of the table becomes a <see cref="LedgerRow"/>, and back.</summary>
internal static class LedgerRows
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order.</summary>
    public const string Columns =
        "p.row, p.id, p.name, p.batch, p.status, p.model, p.input, p.outputs, p.error_code, p.error_message, p.retryable, p.classification, " +
        "p.logs, p.predict_time, p.cost, p.created_at, p.completed_at, p.owner, p.input_hash, p.sent_at, p.service_ahead, " +
        "(SELECT f.path FROM files f WHERE f.account = p.account AND f.id = p.id ORDER BY f.saved_at DESC, f.output LIMIT 1), p.lost_at, " +
        "p.lost_reason, p.lost_ids, p.lost_count";

    private const int ModelColumn = 5;
    private const int InputColumn = 6;
    private const int SentAtColumn = 19;

    /// <summary>Reads a row. One that is damaged is read as far as that is possible, and says so in <see cref="LedgerRow.Damage"/>: it never fails.</summary>
    public static LedgerRow Read(SqliteDataReader reader)
    {
        var values = new StoredValues(reader);
        var id = values.Id(1);
        var status = values.Status(4);
        var prediction = new KlingPrediction
        {
            Id = id,
            Name = values.Text(2),
            Batch = values.Text(3),
            Status = status,
            Model = values.Text(ModelColumn),
            Input = values.Input(InputColumn),
            Outputs = values.Outputs(7),
            Error = ReadFailure(values),
            Logs = values.Text(12),
            PredictTime = values.Number(13),
            Cost = values.Money(14),
            CreatedAt = values.Time(15),
            CompletedAt = values.Time(16),
            File = values.Text(21),
        };
        if (id is null)
        {
            // A row without an id was sent by KlingO3, and these are what it would be settled by.
            values.Require(ModelColumn, InputColumn, SentAtColumn);
        }

        return new LedgerRow(reader.GetInt64(0), prediction)
        {
            Owner = values.Text(17),
            IsLost = id is null && status == KlingStatus.Unknown,
            InputHash = values.Text(18),
            SentAt = values.Time(SentAtColumn) ?? DateTimeOffset.UnixEpoch,
            LostAt = values.Time(22),
            ServiceAhead = values.Milliseconds(20),
            LostReason = ReadLostReason(values.Text(23)),
            LostIds = values.Texts(24) ?? [],
            LostCount = (int)Math.Clamp(values.Whole(25) ?? 0, 0, int.MaxValue),
            Damage = values.Damage,
        };
    }

    public static string? WriteOutputs(KlingOutputs outputs) =>
        outputs.Count == 0 ? null : JsonSerializer.Serialize([.. outputs], LedgerJson.Default.StringArray);

    /// <summary>The word that stands for a reason in the table.</summary>
    public static string Write(LostReason reason) => reason switch
    {
        LostReason.NoAnswer => "no-answer",
        LostReason.ServerError => "server-error",
        LostReason.Refusal => "refusal",
        _ => "unreadable",
    };

    /// <summary>A word of a later version counts as the reason that never leads to a second create.</summary>
    private static LostReason? ReadLostReason(string? word) => word switch
    {
        null => null,
        "no-answer" => LostReason.NoAnswer,
        "server-error" => LostReason.ServerError,
        "refusal" => LostReason.Refusal,
        _ => LostReason.Unreadable,
    };

    private static KlingFailure? ReadFailure(StoredValues values) => values.Text(9) is not { } message ? null : new KlingFailure
    {
        Code = values.Text(8),
        Message = message,
        Retryable = values.Whole(10) is { } flag ? flag != 0 : null,
        Classification = values.Text(11),
    };
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class LedgerJson : System.Text.Json.Serialization.JsonSerializerContext;
