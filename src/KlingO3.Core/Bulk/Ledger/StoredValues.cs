using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <summary>
/// The values of one stored row, read without trust: SQLite keeps any type in any column, and other programs can write to the file. A
/// value that is not what its column holds is read as missing, and its column is named in <see cref="Damage"/>.
/// </summary>
/// <param name="reader">At the row.</param>
internal sealed class StoredValues(SqliteDataReader reader)
{
    private List<string>? _damaged;

    /// <summary>The names of the columns that could not be read; null where all could.</summary>
    public string? Damage => _damaged is null ? null : string.Join(", ", _damaged);

    /// <summary>Takes columns that must have a value for damaged where they have none.</summary>
    public void Require(params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
        {
            if (reader.IsDBNull(column))
            {
                Mark(column);
            }
        }
    }

    public string? Text(int column) => reader.GetValue(column) switch
    {
        string text => text,
        DBNull => null,
        _ => Damaged<string>(column),
    };

    /// <summary>An id that is not blank.</summary>
    public string? Id(int column) => Text(column) switch
    {
        null => null,
        var id when string.IsNullOrWhiteSpace(id) => Damaged<string>(column),
        var id => id,
    };

    public long? Whole(int column)
    {
        switch (reader.GetValue(column))
        {
            case long number:
                return number;
            case DBNull:
                return null;
            default:
                return Nothing<long>(column);
        }
    }

    public double? Number(int column) => reader.GetValue(column) is double number && double.IsFinite(number) ? number : Whole(column);

    public decimal? Money(int column) => Text(column) switch
    {
        null => null,
        var text when decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount) => amount,
        _ => Nothing<decimal>(column),
    };

    public DateTimeOffset? Time(int column) => Whole(column) switch
    {
        null => null,
        { } milliseconds when Sql.IsTime(milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        _ => Nothing<DateTimeOffset>(column),
    };

    /// <summary>A span of at most some centuries.</summary>
    public TimeSpan? Milliseconds(int column) => Whole(column) switch
    {
        null => null,
        { } milliseconds when Sql.IsTime(Math.Abs(Math.Max(milliseconds, -long.MaxValue))) => TimeSpan.FromMilliseconds(milliseconds),
        _ => Nothing<TimeSpan>(column),
    };

    public KlingStatus Status(int column) => Text(column) is { } word && LedgerStates.Status(word) is { } status
        ? status
        : Nothing<KlingStatus>(column) ?? KlingStatus.Unknown;

    public KlingInput? Input(int column) => Json(column, text =>
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.ValueKind == JsonValueKind.Object ? KlingInput.FromJson(document.RootElement) : null;
    });

    public KlingOutputs Outputs(int column) => Texts(column) is { } urls ? new KlingOutputs(urls) : KlingOutputs.None;

    /// <summary>A JSON array of strings.</summary>
    public string[]? Texts(int column) => Json(
        column,
        text => JsonSerializer.Deserialize(text, LedgerJson.Default.StringArray) is { } texts && !texts.Contains(null) ? texts : null);

    private T? Json<T>(int column, Func<string, T?> read)
        where T : class
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        try
        {
            return read(text) ?? Damaged<T>(column);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A string with half a surrogate pair is an InvalidOperationException.
            return Damaged<T>(column);
        }
    }

    private T? Damaged<T>(int column)
        where T : class
    {
        Mark(column);
        return null;
    }

    private T? Nothing<T>(int column)
        where T : struct
    {
        Mark(column);
        return null;
    }

    private void Mark(int column)
    {
        _damaged ??= [];
        if (!_damaged.Contains(reader.GetName(column)))
        {
            _damaged.Add(reader.GetName(column));
        }
    }
}
