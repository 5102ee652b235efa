using System.Collections;

namespace KlingO3;

/// <summary>Copies what an input may hold: exactly what can be written as JSON, and read again.</summary>
internal static class KlingInputCopy
{
    /// <summary>JSON is read to a depth of 64.</summary>
    private const int MaxDepth = 60;

    /// <summary>A copy of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="path">Its place, for the error; empty for the whole input.</param>
    /// <param name="depth">How deep it lies.</param>
    /// <exception cref="NotSupportedException">A member cannot be written as JSON.</exception>
    public static KlingInput Of(KlingInput input, string path, int depth)
    {
        Require(depth <= MaxDepth, path, $"is nested more than {MaxDepth} levels deep");
        var copy = new KlingInput();
        foreach (var member in Members<DictionaryEntry>(input, path))
        {
            var name = member.Key as string;
            Require(name is not null, path, $"has a member whose name is no text but a {member.Key.GetType().Name}");
            copy[name!] = OfValue(member.Value, path.Length == 0 ? name! : $"{path}.{name}", depth + 1);
        }

        return copy;
    }

    /// <summary>Read at once: what another thread changes meanwhile ends in one clear error.</summary>
    private static List<T> Members<T>(IEnumerable items, string path)
    {
        try
        {
            return [.. items.Cast<T>()];
        }
        catch (Exception error)
        {
            throw new NotSupportedException($"{Name(path)} cannot be read: {error.Message}", error);
        }
    }

    private static object? OfValue(object? value, string path, int depth)
    {
        switch (value)
        {
            case null or string or bool or int or long or decimal:
                return value;
            case double number:
                Require(double.IsFinite(number), path, FormattableString.Invariant($"is {number}, which is no JSON number"));
                return number;
            case KlingInput input:
                return Of(input, path, depth);
            case KlingElement element:
                return element with { ReferenceImages = [.. element.ReferenceImages] };
            case string[] texts:
                return texts.Clone();
            case IEnumerable items and not IDictionary:
                Require(depth <= MaxDepth, path, $"is nested more than {MaxDepth} levels deep");
                return Members<object?>(items, path).Select((item, index) => OfValue(item, $"{path}[{index}]", depth + 1)).ToArray();
            default:
                throw new NotSupportedException($"{path} is a {value.GetType().Name}, which cannot be written as JSON");
        }
    }

    private static void Require(bool condition, string path, string problem)
    {
        if (!condition)
        {
            throw new NotSupportedException($"{Name(path)} {problem}");
        }
    }

    private static string Name(string path) => path.Length == 0 ? "the input" : path;
}
