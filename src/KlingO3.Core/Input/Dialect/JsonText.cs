using System.Globalization;
using System.Text.Json;
using KlingO3.Input.Checks;

namespace KlingO3.Input;

/// <summary>JSON written into a cell.</summary>
internal static class JsonText
{
    /// <summary>About 8 MB: the largest cell worth parsing.</summary>
    private const int Longest = 8_000_000;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 64, AllowTrailingCommas = true };

    /// <summary>Whether a cell is meant as JSON: it begins as an array or an object does.</summary>
    public static bool IsLikely(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.Length > 0 && start[0] is '[' or '{';
    }

    /// <summary>The plain value, or why there is none.</summary>
    public static object? Read(string text, out PlainProblem? problem)
    {
        if (text.Length > Longest)
        {
            problem = new PlainProblem(InputRules.TooLarge, $"The JSON has {Shown.Number(text.Length)} characters.", "Is a whole file in one value?");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            return PlainReader.Read(document.RootElement, out problem);
        }
        catch (JsonException exception)
        {
            problem = exception.Message.Contains("depth", StringComparison.OrdinalIgnoreCase)
                ? new PlainProblem(InputRules.TooDeep, "The JSON is nested more than 64 levels deep.",
                    "No input of the service needs more than four.")
                : new PlainProblem(InputRules.Json, $"{Shown.Value(text)} begins as JSON does, but is no JSON: {Place(exception)}.");
        }
        catch (ArgumentException)
        {
            // The text has half a surrogate pair.
            problem = new PlainProblem(InputRules.Unicode, $"{Shown.Value(text)} has half of a surrogate pair: the character is damaged.");
        }

        return null;
    }

    private static string Place(JsonException exception) => exception.BytePositionInLine is { } column
        ? string.Create(CultureInfo.InvariantCulture, $"it goes wrong at line {(exception.LineNumber ?? 0) + 1}, character {column + 1}")
        : "it goes wrong somewhere";
}
