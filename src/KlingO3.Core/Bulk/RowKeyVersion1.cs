using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KlingO3.Bulk;

/// <summary>
/// The keys that earlier builds stored: a hash of the model, the input as given, the name as typed, and the place among equal rows of the run.
/// They only find the rows of old ledgers. Ledgers hold them, so nothing here is ever changed.
/// </summary>
internal static class RowKeyVersion1
{
    /// <summary>The key that a row had.</summary>
    /// <param name="model">The slug as given.</param>
    /// <param name="input">The input as given, with "sha256:…" in the place of a local file.</param>
    /// <param name="name">The name as typed; "" where there was none, or it was only that of a file.</param>
    /// <param name="place">How many equal rows of the run, in whichever batch, came before it.</param>
    public static string Of(string model, KlingInput input, string name, int place) => Of(model, Form(input), name, place);

    /// <summary>The same from the form of the input.</summary>
    public static string Of(string model, string form, string name, int place)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (ReadOnlySpan<string>)[model, form, name, place.ToString(CultureInfo.InvariantCulture)])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Convert.ToHexString(hash.GetHashAndReset(), 0, 16);
    }

    /// <summary>The form of an input that was hashed.</summary>
    public static string Form(KlingInput input)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, input);
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
                writer.WriteStringValue(text);
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
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
