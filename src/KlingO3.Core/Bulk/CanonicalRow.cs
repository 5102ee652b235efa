using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KlingO3.Input;

namespace KlingO3.Bulk;

/// <summary>
/// What makes two rows of a batch the same row: their canonical forms are equal. A row's key is a hash of its canonical form. This comment is
/// the definition of version 2; twenty keys are pinned in the tests.
/// <para>
/// The form is a JSON array without white space, written as RFC 8785 says: members ordered by their UTF-16 code units; in texts only the quotation
/// mark, the backslash and control characters are escaped. Its items, all texts but the third:
/// </para>
/// <list type="number">
/// <item>the version, "2";</item>
/// <item>the slug of the model, without outer white space;</item>
/// <item>the input by the service's names, with "sha256:…" in the place of a local file. What is not given is left out of objects, at every depth:
/// null, blank text, a list of nothing else; in a list it is null. Texts have no outer white space (<see cref="OuterSpace"/>). Booleans are the texts
/// "true" and "false"; a number is the shortest text that means it, without an exponent where it is whole and under 2^63;</item>
/// <item>the name as <see cref="NameFolding"/> compares it; "" where there is none, or it is only that of a local file;</item>
/// <item>the place: how many rows of the run's batch with the same other four items came before it.</item>
/// </list>
/// <para>
/// The key is the upper-case hexadecimal text of the first 16 bytes of the SHA-256 of the form's UTF-8. It is unique among the rows of an account's
/// batch; the batch's name is folded too, and no part of the form. What the model takes for an input that is left out does not count: it may change.
/// </para>
/// <para>Any change makes a new version, whose keys stand in the ledger beside its number; see <see cref="OlderRows"/> for those of version 1.</para>
/// </summary>
internal static class CanonicalRow
{
    /// <summary>The version of the keys that are made now.</summary>
    public const int Version = 2;

    /// <summary>The key of a row.</summary>
    /// <param name="row">The row, with "sha256:…" in the place of its local files.</param>
    /// <param name="place">How many equal rows of its batch came before it.</param>
    public static string Key(VideoRequest row, int place) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Form(row, place))), 0, 16);

    /// <summary>The canonical form of a row.</summary>
    /// <param name="row">The row, with "sha256:…" in the place of its local files.</param>
    /// <param name="place">How many equal rows of its batch came before it.</param>
    public static string Form(VideoRequest row, int place)
    {
        var form = new StringBuilder("[\"2\",");
        WriteText(form, OuterSpace.Trim(row.Model));
        form.Append(',');
        Write(form, row.Input);
        form.Append(',');
        WriteText(form, NameOf(row));
        form.Append(CultureInfo.InvariantCulture, $",\"{place}\"]");
        return form.ToString();
    }

    /// <summary>The input of a row in its canonical form.</summary>
    public static string Form(KlingInput input)
    {
        var form = new StringBuilder();
        Write(form, input);
        return form.ToString();
    }

    /// <summary>The name that a row is known by.</summary>
    public static string NameOf(VideoRequest row) => row.IsNamedByFile ? "" : NameFolding.Fold(row.Name);

    private static void Write(StringBuilder form, object? value)
    {
        switch (value)
        {
            case KlingElement element:
                Write(form, element.ToInput());
                break;
            case IDictionary members:
                WriteMembers(form, members);
                break;
            case var _ when IsNotGiven(value):
                form.Append("null");
                break;
            case string text:
                WriteText(form, OuterSpace.Trim(text));
                break;
            case IEnumerable items:
                WriteItems(form, items);
                break;
            default:
                WriteText(form, Scalar(value!));
                break;
        }
    }

    private static void WriteMembers(StringBuilder form, IDictionary members)
    {
        var separator = '{';
        foreach (var name in members.Keys.Cast<string>().Where(name => !IsNotGiven(members[name])).Order(StringComparer.Ordinal))
        {
            form.Append(separator);
            WriteText(form, name);
            form.Append(':');
            Write(form, members[name]);
            separator = ',';
        }

        form.Append(separator == '{' ? "{}" : "}");
    }

    private static void WriteItems(StringBuilder form, IEnumerable items)
    {
        var separator = '[';
        foreach (var item in items)
        {
            form.Append(separator);
            Write(form, item);
            separator = ',';
        }

        form.Append(']');
    }

    private static bool IsNotGiven(object? value) => value switch
    {
        null => true,
        string text => OuterSpace.IsBlank(text),
        IDictionary => false,
        IEnumerable items => items.Cast<object?>().All(IsNotGiven),
        _ => false,
    };

    private static string Scalar(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        float or double or decimal when Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && number == Math.Floor(number) && Math.Abs(number) < long.MaxValue =>
            ((long)number).ToString(CultureInfo.InvariantCulture),
        float or double or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static void WriteText(StringBuilder form, string text)
    {
        form.Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => form.Append("\\\""),
                '\\' => form.Append("\\\\"),
                '\b' => form.Append("\\b"),
                '\t' => form.Append("\\t"),
                '\n' => form.Append("\\n"),
                '\f' => form.Append("\\f"),
                '\r' => form.Append("\\r"),
                < ' ' => form.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => form.Append(character),
            };
        }

        form.Append('"');
    }
}
