using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KlingO3.Input;

namespace KlingO3.Bulk;

/// <summary>
/// When two inputs are the same job. Member order never matters, nor whether a scalar is written
/// as text (the service may answer 5 for "5"), nor outer white space.
/// </summary>
internal static class InputIdentity
{
    /// <summary>
    /// Equal for equal jobs: what a row leaves out counts as the model's default, because the service may tell its defaults where it
    /// tells the input of a job.
    /// </summary>
    public static string JobHash(string model, KlingInput input) => Hash(model, Canonical(WithDefaults(model, input)));

    /// <summary>
    /// Whether a job may be that of a row although it is not <see cref="JobHash">the same</see>. What the row leaves out is not compared: the service's
    /// own defaults may be others than the catalog's.
    /// </summary>
    /// <param name="sent">The input of the row.</param>
    /// <param name="told">The input of the job as the service tells it.</param>
    public static bool IsAlike(KlingInput sent, KlingInput told) => InputLikeness.IsAlike(sent, told);

    private static KlingInput WithDefaults(string model, KlingInput input)
    {
        var whole = new KlingInput();
        foreach (var (name, value) in ModelDefaults.Of(model))
        {
            whole[name] = value;
        }

        foreach (DictionaryEntry entry in input)
        {
            if (entry.Value is not (null or Array { Length: 0 }))
            {
                whole[entry.Key] = entry.Value;
            }
        }

        return whole;
    }

    private static string Hash(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Convert.ToHexString(hash.GetHashAndReset(), 0, 16);
    }

    private static string Canonical(object? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(OuterSpace.Trim(text));
                break;
            case KlingElement element:
                Write(writer, element.ToInput());
                break;
            case IDictionary members:
                writer.WriteStartObject();
                foreach (var name in members.Keys.Cast<string>().Where(name => members[name] is not null).Order(StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, members[name]);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case bool flag:
                writer.WriteStringValue(flag ? "true" : "false");
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)!);
                break;
        }
    }
}
