using System.Globalization;
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

    public static LedgerRow Read(SqliteDataReader reader)
    {
        var id = reader.Text(1);
        var status = Enum.TryParse<KlingStatus>(reader.Text(4), out var known) ? known : KlingStatus.Unknown;
        var prediction = new KlingPrediction
        {
            Id = id,
            Name = reader.Text(2),
            Batch = reader.Text(3),
            Status = status,
            Model = reader.Text(5),
            Input = ReadInput(reader.Text(6)),
            Outputs = ReadOutputs(reader.Text(7)),
            Error = ReadFailure(reader),
            Logs = reader.Text(12),
            PredictTime = reader.IsDBNull(13) ? null : reader.GetDouble(13),
            Cost = reader.Text(14) is { } cost ? decimal.Parse(cost, CultureInfo.InvariantCulture) : null,
            CreatedAt = reader.Time(15),
            CompletedAt = reader.Time(16),
            File = reader.Text(21),
        };
        return new LedgerRow(reader.GetInt64(0), prediction)
        {
            Owner = reader.Text(17),
            IsLost = id is null && status == KlingStatus.Unknown,
            InputHash = reader.Text(18),
            SentAt = reader.Time(19) ?? DateTimeOffset.UnixEpoch,
            LostAt = reader.Time(22),
            ServiceAhead = reader.IsDBNull(20) ? null : TimeSpan.FromMilliseconds(reader.GetInt64(20)),
            LostReason = ReadLostReason(reader.Text(23)),
            LostIds = reader.Text(24) is { } ids ? JsonSerializer.Deserialize(ids, LedgerJson.Default.StringArray) ?? [] : [],
            LostCount = reader.GetInt32(25),
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

    private static KlingOutputs ReadOutputs(string? json) =>
        json is null ? KlingOutputs.None : new KlingOutputs(JsonSerializer.Deserialize(json, LedgerJson.Default.StringArray) ?? []);

    private static KlingInput? ReadInput(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return KlingInput.FromJson(document.RootElement);
    }

    private static KlingFailure? ReadFailure(SqliteDataReader reader) => reader.Text(9) is not { } message ? null : new KlingFailure
    {
        Code = reader.Text(8),
        Message = message,
        Retryable = reader.IsDBNull(10) ? null : reader.GetInt64(10) != 0,
        Classification = reader.Text(11),
    };
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class LedgerJson : System.Text.Json.Serialization.JsonSerializerContext;
