using Microsoft.Data.Sqlite;

namespace KlingO3.Bulk;

/// <summary>Short ways to run a statement with named parameters.</summary>
internal static class Sql
{
    public static int Execute(this SqliteConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public static T? Scalar<T>(this SqliteConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteScalar() is { } value and not DBNull ? (T)value : default;
    }

    public static List<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters) =>
        [.. connection.Rows(sql, read, parameters)];

    /// <summary>The rows one by one, for whoever may stop before the last.</summary>
    public static IEnumerable<T> Rows<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    /// <summary>Lets the statements of a connection use <c>fold(text)</c>: see <see cref="NameFolding"/>.</summary>
    public static SqliteConnection Folding(this SqliteConnection connection)
    {
        connection.CreateFunction<string?, string?>("fold", text => text is null ? null : NameFolding.Fold(text), isDeterministic: true);
        return connection;
    }

    public static string? Text(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A time; null where there is none, or a number that is none.</summary>
    public static DateTimeOffset? Time(this SqliteDataReader reader, int column) =>
        reader.GetValue(column) is long milliseconds && IsTime(milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    /// <summary>Whether unix milliseconds are a time that .NET knows.</summary>
    public static bool IsTime(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static SqliteCommand Command(this SqliteConnection connection, string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of the ledger; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
