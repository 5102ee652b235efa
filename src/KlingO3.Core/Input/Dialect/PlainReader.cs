using System.Collections;
using System.Globalization;
using System.Text.Json;
using KlingO3.Input.Checks;

namespace KlingO3.Input;

/// <summary>
/// Makes any .NET value plain, and takes outer white space off texts. Never throws, whatever the value does when it is read, and stops at a depth
/// and a number of parts that no input of the service comes near.
/// </summary>
internal sealed class PlainReader
{
    private const int Deepest = 32;
    private const int MostParts = 250_000;
    private int _parts;

    private PlainReader()
    {
    }

    /// <summary>Why the value could not be read; null if it could.</summary>
    public PlainProblem? Problem { get; private set; }

    /// <summary>The plain value, or why there is none.</summary>
    public static object? Read(object? value, out PlainProblem? problem)
    {
        problem = null;
        if (value is null or bool or long)
        {
            return value;
        }

        if (value is string text)
        {
            return OuterSpace.Trim(text);
        }

        var reader = new PlainReader();
        try
        {
            var plain = reader.Convert(value, 0);
            problem = reader.Problem;
            return problem is null ? plain : null;
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or InsufficientExecutionStackException))
        {
            // Any object may be handed in, and its enumerator or ToString may do anything.
            problem = new PlainProblem(InputRules.Unreadable, $"The value could not be read: {Shown.Text(exception.Message)}");
            return null;
        }
    }

    private object? Convert(object? value, int depth)
    {
        if (Problem is not null || IsTooMuch(depth))
        {
            return null;
        }

        return value switch
        {
            null or bool or long => value,
            string text => OuterSpace.Trim(text),
            int or short or sbyte or byte or ushort or uint => System.Convert.ToInt64(value, CultureInfo.InvariantCulture),
            ulong number => number <= long.MaxValue ? (long)number : Finite(number),
            double number => Finite(number),
            float number => Finite(number),
            Half number => Finite((double)number),
            decimal number => Finite((double)number),
            char letter => OuterSpace.Trim(letter.ToString()),
            Uri uri => OuterSpace.Trim(uri.OriginalString),
            FileSystemInfo file => file.FullName,
            TimeSpan time => Finite(time.TotalSeconds),
            KlingElement element => Element(element, depth),
            JsonElement json => Json(json, depth),
            JsonDocument document => Json(document.RootElement, depth),
            IDictionary map => Map(map, depth),
            IReadOnlyDictionary<string, object?> map => Map(map, depth),
            IEnumerable list => List(list, depth),
            Enum word => word.ToString(),
            Guid id => id.ToString(),
            _ => Fail(InputRules.Type, $"A value of type {Shown.Text(value.GetType().Name)} cannot be sent."),
        };
    }

    private object? Finite(double number) => number switch
    {
        _ when !double.IsFinite(number) => Fail(InputRules.Number, "The value is not a finite number."),
        _ when number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
        _ => number,
    };

    private PlainMap Element(KlingElement element, int depth)
    {
        var members = new List<KeyValuePair<string, object?>>(3);
        Add(members, "frontal_image_url", element.FrontalImage, depth);
        Add(members, "reference_image_urls", element.ReferenceImages, depth);
        Add(members, "video_url", element.Video, depth);
        return new PlainMap(members);
    }

    private PlainMap Map(IDictionary map, int depth)
    {
        var members = new List<KeyValuePair<string, object?>>();
        foreach (DictionaryEntry entry in map)
        {
            Add(members, System.Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "", entry.Value, depth);
            if (Problem is not null)
            {
                break;
            }
        }

        if (map is Hashtable)
        {
            // Its order differs from process to process, and the same row must always be the same input.
            members.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
        }

        return new PlainMap(members);
    }

    private PlainMap Map(IReadOnlyDictionary<string, object?> map, int depth)
    {
        var members = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in map)
        {
            Add(members, name, value, depth);
            if (Problem is not null)
            {
                break;
            }
        }

        return new PlainMap(members);
    }

    private PlainList List(IEnumerable list, int depth)
    {
        var items = new List<object?>();
        foreach (var item in list)
        {
            items.Add(Convert(item, depth + 1));
            if (Problem is not null)
            {
                break;
            }
        }

        return new PlainList(items, Exact: false);
    }

    private object? Json(JsonElement json, int depth) => json.ValueKind switch
    {
        JsonValueKind.String => OuterSpace.Trim(json.GetString()!),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(json),
        JsonValueKind.Array => JsonList(json, depth),
        JsonValueKind.Object => JsonMap(json, depth),
        _ => null,
    };

    private object? Number(JsonElement json) =>
        json.TryGetInt64(out var whole) ? whole : Finite(json.GetDouble());

    private PlainList JsonList(JsonElement json, int depth)
    {
        var items = new List<object?>();
        foreach (var item in json.EnumerateArray())
        {
            items.Add(Convert(item, depth + 1));
            if (Problem is not null)
            {
                break;
            }
        }

        return new PlainList(items, Exact: true);
    }

    private PlainMap JsonMap(JsonElement json, int depth)
    {
        var members = new List<KeyValuePair<string, object?>>();
        foreach (var member in json.EnumerateObject())
        {
            Add(members, member.Name, member.Value, depth);
            if (Problem is not null)
            {
                break;
            }
        }

        return new PlainMap(members);
    }

    private void Add(List<KeyValuePair<string, object?>> members, string name, object? value, int depth) =>
        members.Add(new(name, Convert(value, depth + 1)));

    private bool IsTooMuch(int depth)
    {
        if (depth > Deepest)
        {
            Fail(InputRules.TooDeep, $"The value is nested more than {Deepest} levels deep.", "No input of the service needs more than four.");
        }
        else if (++_parts > MostParts)
        {
            Fail(InputRules.TooLarge, $"The value has more than {Shown.Number(MostParts)} parts.", "Is a whole file in one value?");
        }

        return Problem is not null;
    }

    private object? Fail(string rule, string message, string? suggestion = null)
    {
        Problem ??= new PlainProblem(rule, message, suggestion);
        return null;
    }
}
