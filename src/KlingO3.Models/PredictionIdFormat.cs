using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace KlingO3;

/// <summary>
/// What can be the id of a prediction: 1–200 ASCII letters, digits, <c>-</c> and <c>_</c>. It becomes a part of addresses, messages and of command
/// lines that people paste, so that nothing else is accepted from rows, arguments, deliveries or answers.
/// </summary>
internal static class PredictionIdFormat
{
    /// <summary>In characters. The service's own are UUIDs.</summary>
    public const int MaxLength = 200;

    private const int MaxShown = 80;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool IsValid(string text) => text.Length is > 0 and <= MaxLength && text.AsSpan().IndexOfAnyExcept(Letters) < 0;

    /// <summary>Reads an id as a row or an argument gives it, with white space around it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id.</param>
    /// <param name="problem"><c>KlingInvalidInput</c> where the text cannot be an id.</param>
    public static bool TryRead(string text, out string id, [NotNullWhen(false)] out KlingException? problem)
    {
        id = text.Trim();
        problem = IsValid(id) ? null : new KlingException(
            KlingErrorId.InvalidInput,
            $"'{Shorten(id)}' cannot be the id of a prediction: an id has 1–{MaxLength} letters, digits, '-' and '_'.",
            "Give the id as New-KlingVideo and Get-KlingPrediction emit it. Nothing was sent for it.");
        return problem is null;
    }

    /// <summary>What stands where an id should, for a message.</summary>
    public static string Shorten(string text) => VisibleText.Of(text.Length <= MaxShown ? text : $"{text[..MaxShown]}…");

    /// <summary>The id as one argument of a PowerShell command line, whatever it is.</summary>
    public static string Quote(string? id)
    {
        // PowerShell takes each of these for a single quote.
        var inner = string.Concat((id ?? "").Select(letter => letter is '\'' or (>= '\u2018' and <= '\u201B') ? $"{letter}{letter}" : $"{letter}"));
        return $"'{inner}'";
    }
}
